import { ceilDiv, read, readWrite, u32, type Pass } from '../../../core/plan.ts';
import { moved } from '../../../core/traffic.ts';
import { attentionSizes, type AttentionProblem } from '../problem.ts';
import { attentionFlops } from '../visibility.ts';
import { mendPass } from './mend.ts';
import { attentionPass } from './pass.ts';
import { operandsOf } from './rotate.ts';
import type { Tiling } from './tiling.ts';

const WORKGROUP_SIZE = 64;

/** Buffers of a state: the output of each row, and its maximum and sum. */
export interface StateBuffers {
  readonly output: string;
  readonly stats: string;
}

/** Output in f32 and statistics of every row. */
export function statePasses(
  problem: AttentionProblem,
  { pass, bindings, keyReads }: Tiling,
  { output, stats }: StateBuffers,
): Pass[] {
  const { query, key } = operandsOf(problem);
  return [
    attentionPass(problem, {
      ...pass,
      conditions: { ...pass.conditions, KEEP_STATS: true },
      label: 'flash forward',
      shader: 'attention/flash_forward',
      bindings: [
        ...read({ left: query }),
        ...moved(keyReads, read({ right: key, values: 'value' })),
        ...readWrite({ output, row_stats: stats }),
        ...bindings,
      ],
      flops: attentionFlops(problem),
    }),
    mendPass(problem, { output, rows: { stats } }),
  ];
}

/** Merges one state into another one, in place. */
export function mergeIntoPass(problem: AttentionProblem, part: StateBuffers, merged: StateBuffers): Pass {
  const { lse: numRows, output } = attentionSizes(problem);
  return {
    label: 'merge into state',
    shader: 'attention/merge_into',
    conditions: {},
    constants: { WORKGROUP_SIZE, WIDTH: problem.headDimV },
    uniforms: [u32('num_rows', numRows)],
    bindings: [
      ...read({ part: part.output, part_stats: part.stats }),
      ...readWrite({ merged: merged.output, merged_stats: merged.stats }),
    ],
    workgroups: ceilDiv(numRows, WORKGROUP_SIZE),
    flops: 3 * output + 20 * numRows,
  };
}

/** Words of a row's statistics: maximum, its second term, sum, and whether a key was seen. */
export const STATS_WORDS = 4;

/** The largest score of a row that has seen nothing: `LOWEST` of `lib/online_softmax.wesl`. */
const LOWEST = -3.4028234663852886e38;

/** Statistics of rows that have seen no key; with a sink for each, that alone. */
export function emptyStats(numRows: number, sinkOf?: (row: number) => number): Float32Array<ArrayBuffer> {
  const stats = new Float32Array(STATS_WORDS * numRows);
  for (let row = 0; row < numRows; row++) {
    stats[STATS_WORDS * row] = sinkOf?.(row) ?? LOWEST;
    stats[STATS_WORDS * row + 2] = sinkOf === undefined ? 0 : 1;
  }
  return stats;
}
