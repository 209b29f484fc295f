import { ceilDiv, f32, floatBytes, read, readWrite, u32, type Plan } from '../plan.ts';

/** States to put together: each a `[numRows, headDimV]` output and a `[numRows]` lse. */
export interface MergeProblem {
  readonly numStates: number;
  /** batch · numHeads · seqLenQ */
  readonly numRows: number;
  readonly headDimV: number;
}

const WORKGROUP_SIZE = 64;

/**
 * Attention over disjoint sets of keys, put together: shared prefixes (Hydragen), chunked prefill, rings.
 * Inputs `outputs` [numStates, numRows, headDimV] and `lses` [numStates, numRows].
 */
export function mergePlan({ numStates, numRows, headDimV }: MergeProblem): Plan {
  const elements = numRows * headDimV;
  return {
    buffers: [
      { name: 'outputs', role: 'input', bytes: floatBytes(numStates * elements) },
      { name: 'lses', role: 'input', bytes: floatBytes(numStates * numRows) },
      { name: 'output', role: 'output', bytes: floatBytes(elements) },
      { name: 'lse', role: 'output', bytes: floatBytes(numRows) },
    ],
    passes: [
      {
        label: 'merge states',
        shader: 'attention/merge_states',
        conditions: {},
        constants: { WORKGROUP_SIZE, WIDTH: headDimV },
        uniforms: [
          u32('num_states', numStates),
          u32('num_rows', numRows),
          f32('negative_infinity', -Infinity),
        ],
        bindings: [...read('outputs', 'lses'), ...readWrite('output', 'lse')],
        workgroups: ceilDiv(elements, WORKGROUP_SIZE),
        flops: 10 * numStates * elements,
      },
    ],
  };
}
