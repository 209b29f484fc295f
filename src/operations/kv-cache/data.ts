/** A query and an exact cache, as one finds them: rows of elements, batch entry by entry, head by head. */
export interface CacheData {
  /** [batch, numHeads, seqLenQ, headDim] */
  readonly query: Float32Array;
  /** [batch, numKVHeads, seqLenKV, headDim] */
  readonly key: Float32Array;
  /** [batch, numKVHeads, seqLenKV, headDimV] */
  readonly value: Float32Array;
}
