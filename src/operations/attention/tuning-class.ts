import { powerOfTwo, sizeClass } from '../../tile/size-class.ts';
import type { AttentionProblem } from './problem.ts';

/** Rows that share a key/value head, up to which a tile cannot be filled: decoding. */
const FEW_ROWS = 32;

/**
 * Dtype, width buckets, how many rows there are and a size class. Masks and options are left out: they change how many
 * tiles are visited, not how one is computed.
 */
export function attentionTuningClass(problem: AttentionProblem): string[] {
  const { dtype = 'f32', headDim, headDimV, seqLenQ, seqLenKV, numHeads, numKVHeads } = problem;
  return [
    dtype,
    `headDim ≤ ${powerOfTwo(headDim)}`,
    `headDimV ≤ ${powerOfTwo(headDimV)}`,
    (seqLenQ * numHeads) / numKVHeads <= FEW_ROWS ? 'few rows' : 'many rows',
    sizeClass(seqLenKV),
  ];
}
