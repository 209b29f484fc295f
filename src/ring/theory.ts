import type { Schedule } from './attention/task.ts';

/** Extents that the bytes of a ring depend on. Values are as wide as keys, and there is one batch entry. */
export interface RingExtents {
  readonly tokens: number;
  readonly numHeads: number;
  readonly numKVHeads: number;
  readonly headDim: number;
}

/** Words of one token. */
const wordsOf = ({ numHeads, numKVHeads, headDim }: RingExtents) => ({
  query: numHeads * headDim,
  keys: 2 * numKVHeads * headDim,
  lse: numHeads,
});

/** Bytes that each of some ranks sends for attention or, backward, its gradients. */
export function attentionBytes(
  extents: RingExtents,
  ranks: number,
  schedule: Schedule,
  backward: boolean,
): number {
  const { query, keys, lse } = wordsOf(extents);
  const others = (4 * extents.tokens * (ranks - 1)) / ranks;
  // Keys and values go round once; for gradients twice, and then their gradients.
  if (schedule === 'ring') return others * (backward ? 3 : 1) * keys;
  // Query, key, value and output with its lse; or query, key, value and three gradients, and that of the output.
  return (others * (backward ? 3 * query + 2 * keys : 2 * query + keys + lse)) / ranks;
}

/** Bytes of a rank's share of all tensors that are given and found. */
export function attentionShare(extents: RingExtents, ranks: number, backward: boolean): number {
  const { query, keys, lse } = wordsOf(extents);
  return (4 * extents.tokens * (backward ? 3 * query + 2 * keys : 2 * query + keys + lse)) / ranks;
}

/** Bytes that each rank sends for a softmax loss with both gradients: y goes round twice, and its gradient once. */
export const lossBytes = (rows: number, embedDim: number, ranks: number): number =>
  (3 * 4 * rows * embedDim * (ranks - 1)) / ranks;

/** Bytes of a rank's rows of x and y, and of their gradients. */
export const lossShare = (rows: number, embedDim: number, ranks: number): number =>
  (4 * 4 * rows * embedDim) / ranks;
