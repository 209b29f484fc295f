import { ceilDiv, f32, read, readWrite, u32, type Pass } from '../../../core/plan.ts';

/** States to put together: each a `[numRows, headDimV]` output and a `[numRows]` lse. */
export interface MergeProblem {
  readonly numStates: number;
  /** batch · numHeads · seqLenQ */
  readonly numRows: number;
  readonly headDimV: number;
  /** Element type of the merged output; the states are f32. Default f32. */
  readonly dtype?: 'f16' | undefined;
}

const WORKGROUP_SIZE = 64;

/** Merges `outputs` and, per state and row, their `states`: lse's, or with `stats` maximum and sum. */
export function mergePass(
  { numStates, numRows, headDimV, dtype }: MergeProblem,
  states:
    | { readonly outputs: string; readonly lses: string }
    | { readonly outputs: string; readonly stats: string },
): Pass {
  const elements = numRows * headDimV;
  const keepStats = 'stats' in states;
  return {
    label: 'merge states',
    shader: 'attention/merge_states',
    conditions: { KEEP_STATS: keepStats, F16: dtype === 'f16' },
    constants: { WORKGROUP_SIZE, WIDTH: headDimV },
    uniforms: [u32('num_states', numStates), u32('num_rows', numRows), f32('negative_infinity', -Infinity)],
    bindings: [
      ...read({ outputs: states.outputs }, keepStats ? { stats: states.stats } : { lses: states.lses }),
      ...readWrite('output', 'lse'),
    ],
    workgroups: ceilDiv(elements, WORKGROUP_SIZE),
    flops: 10 * numStates * elements,
  };
}
