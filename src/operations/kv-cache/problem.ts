/** Attention over a cache that was encoded by a method, plain data. */
export interface CacheProblem {
  readonly batch: number;
  readonly numHeads: number;
  readonly numKVHeads: number;
  readonly seqLenQ: number;
  readonly seqLenKV: number;
  readonly headDim: number;
  readonly headDimV: number;
  readonly softmaxScale: number;
  /** The last query stands at the last key. */
  readonly causal: boolean;
  /** The id of a method. */
  readonly method: string;
  /** All parameters of the method. */
  readonly params: Readonly<Record<string, number>>;
  /** The format of keys, in place of the method's own. */
  readonly keyFormat?: FormatChoice;
  /** The format of values, in place of the method's own. */
  readonly valueFormat?: FormatChoice;
}

/** A format for keys or for values, with all of its parameters. */
export interface FormatChoice {
  readonly method: string;
  readonly params: Readonly<Record<string, number>>;
}

/** Query heads that share one key/value head, times query tokens. */
export const rowsPerGroup = ({ numHeads, numKVHeads, seqLenQ }: CacheProblem): number =>
  (numHeads / numKVHeads) * seqLenQ;

/** Key/value heads, counted over the batch. */
export const groupsOf = ({ batch, numKVHeads }: Pick<CacheProblem, 'batch' | 'numKVHeads'>): number =>
  batch * numKVHeads;

/** The last position that query token 0 sees; each token sees one more. */
export const reachOf = ({ causal, seqLenQ, seqLenKV }: CacheProblem): number =>
  causal ? seqLenKV - seqLenQ : 2 ** 30;
