import { ceilDiv, read, readWrite, type Pass } from '../../../core/plan.ts';
import { moved } from '../../../core/traffic.ts';
import { attentionSizes, type AttentionProblem } from '../problem.ts';
import { attentionPass } from './pass.ts';
import { operandsOf } from './rotate.ts';
import { keyLoad } from './tiled.ts';

export const MEND_WORKGROUP_SIZE = 64;

/** Buffers of the plan. */
export interface MendedRows {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  /** The buffer in which the tiled kernel left the lse of each row, or, as `stats`, its maximum and sum. */
  readonly rows: { readonly lse: string } | { readonly stats: string };
  /** Which of several states in `output` the rows are, and which part of it. */
  readonly firstState?: number;
  readonly share?: number;
}

/** The inputs and outputs of a variant that leaves output and lse. */
const WHOLE: Omit<MendedRows, 'query' | 'key'> = {
  value: 'value',
  output: 'output',
  rows: { lse: 'lse' },
};

/**
 * Computes rows of the output once more that hidden values have made NaN, because tiled kernels multiply them by weights of 0.
 * Where values are numbers, it reads the output and is done.
 */
export function mendPass(problem: AttentionProblem, buffers: Partial<MendedRows> = {}): Pass {
  const {
    query,
    key,
    value,
    output,
    rows,
    firstState = 0,
    share = 1,
  } = { ...WHOLE, ...operandsOf(problem), ...buffers };
  const { lse: numRows, output: elements } = attentionSizes(problem);
  const keepStats = 'stats' in rows;
  return attentionPass(problem, {
    label: 'mend rows',
    shader: 'attention/mend_rows',
    modules: { load: 'lib/load/plain', ...keyLoad(problem) },
    conditions: { KEEP_STATS: keepStats },
    constants: {
      WORKGROUP_SIZE: MEND_WORKGROUP_SIZE,
      DEPTH: problem.headDim,
      WIDTH: problem.headDimV,
    },
    params: { firstState },
    bindings: [
      // Nothing but the output, as a rule.
      ...moved(0, read({ left: query, right: key, values: value })),
      ...moved(share, readWrite({ output })),
      ...moved(0, read(keepStats ? { row_stats: rows.stats } : { lse: rows.lse })),
    ],
    workgroups: ceilDiv(numRows, MEND_WORKGROUP_SIZE),
    flops: elements,
  });
}
