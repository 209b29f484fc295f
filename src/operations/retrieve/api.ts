import type { HostTensor } from '../../core/device-tensor.ts';
import type { Run } from '../../core/run.ts';
import type { AnyTensor, FloatTensor } from '../../core/tensor.ts';
import type { Storage } from './storage.ts';

/** One call of `lab.retrieve`. */
export interface RetrieveArgs {
  /** [Q, D] */
  readonly query: AnyTensor;
  /** [N, D] */
  readonly document: AnyTensor;
  /** Documents listed for each query, at most N and at most 1024. Default: 10, or all of fewer. */
  readonly k?: number;
  /**
   * How documents are held while all of them are compared: as f32; as f16; as int8 with a scale for each row; or as their signs,
   * where what is above 0 is +1 and all else −1. With int8 and binary, queries are packed in the same way. Default `'f32'`.
   */
  readonly storage?: Storage;
  /** f16, int8, binary: so many of the nearest are compared once more in f32, from k to N and at most 1024. Default: none. */
  readonly rerank?: number;
}

export interface RetrieveResult {
  /** The nearest documents of each query, [Q, k], nearest first; of those with equal scores the lower index first. */
  readonly indices: HostTensor<'u32'>;
  /**
   * Their inner products with the query, [Q, k], of what is stored, or of the elements as given with `rerank`. NaN comes after all
   * numbers.
   */
  readonly scores: FloatTensor;
  /** Bytes of a document as it is searched, its scale included. With `rerank`, candidates are read in f32 as well. */
  readonly bytesPerRow: number;
  readonly run: Run;
}
