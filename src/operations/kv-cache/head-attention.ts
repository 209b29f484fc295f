import { floatTensor, type FloatTensor } from '../../core/tensor.ts';
import type { CacheAttention } from './cache-attention.ts';
import type { Rope } from '../attention/options/rope-fields.ts';

/** Query and key of a cache, whose keys stand at the positions from 0 and whose last query stands at the last key. */
export interface HeadsArgs {
  /** [batch, numHeads, seqLenQ, headDim] */
  readonly query: FloatTensor;
  /** [batch, numKVHeads, seqLenKV, headDim] */
  readonly key: FloatTensor;
  readonly causal?: boolean;
  readonly rope?: Omit<Rope, 'positionsQ' | 'positionsKV'>;
}

/** The last queries of one query head with the keys that it sees, as a cache of their own. */
export interface OneHead {
  /** The key/value head, counted over the batch. */
  readonly group: number;
  /** The token of the first query. */
  readonly firstQuery: number;
  readonly args: HeadsArgs;
}

/**
 * Copies one query head, with its keys, out of a cache.
 * @param head counted over the batch
 * @param most queries at most
 */
export function oneHead({ query, key, causal, rope }: HeadsArgs, head: number, most: number): OneHead {
  const [, numHeads = 1, seqLenQ = 1, headDim = 1] = query.shape;
  const [, numKVHeads = 1, seqLenKV = 1] = key.shape;
  const group = Math.floor((head * numKVHeads) / numHeads);
  const count = Math.min(seqLenQ, most);
  const rowsBefore = ({ data }: FloatTensor, end: number, rows: number) =>
    floatTensor([1, 1, rows, headDim], data.slice((end - rows) * headDim, end * headDim));
  return {
    group,
    firstQuery: seqLenQ - count,
    args: {
      ...(causal !== undefined && { causal }),
      ...(rope && { rope }),
      query: rowsBefore(query, (head + 1) * seqLenQ, count),
      key: rowsBefore(key, (group + 1) * seqLenKV, seqLenKV),
    },
  };
}

/** P of each query of a head, by the position of the key. */
export function rowsOf({ shape, data }: CacheAttention): Float64Array[] {
  const [, , count = 0, keys = 0] = shape;
  return Array.from({ length: count }, (_, row) => data.subarray(row * keys, (row + 1) * keys));
}

/** The part of the attention of some rows that lies on keys that are kept, in the mean. */
export function attentionOn(rows: readonly Float64Array[], kept: readonly number[]): number {
  const sum = rows.reduce((all, row) => all + kept.reduce((own, key) => own + (row[key] ?? 0), 0), 0);
  return rows.length === 0 ? 0 : sum / rows.length;
}
