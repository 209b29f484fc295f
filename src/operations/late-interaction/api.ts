import type { HostTensor } from '../../core/device-tensor.ts';
import type { Run } from '../../core/run.ts';
import type { AnyTensor, FloatTensor } from '../../core/tensor.ts';
import type { LateGradient, LateLoss } from './problem.ts';

/** One call of `lab.lateInteraction`. */
export interface LateArgs {
  /** [Q, Tq, D] */
  readonly query: AnyTensor;
  /** [N, Td, D] */
  readonly document: AnyTensor;
  /** Tokens of each query that count, the first ones, [Q]. What stands behind them is not read. Default: all. */
  readonly queryLengths?: readonly number[] | Uint32Array | Int32Array;
  /** Tokens of each document that count, [N]. */
  readonly documentLengths?: readonly number[] | Uint32Array | Int32Array;
  /**
   * The loss of the scores, whose positives are on the diagonal: `'info-nce'` of queries, with N ≥ Q; `'clip'` of queries and
   * documents, with N = Q. Default: none.
   */
  readonly loss?: LateLoss;
  /** Scores are multiplied by it in the loss. Default 1. */
  readonly logitScale?: number;
  /** Gradients of the loss. Default: none. */
  readonly gradients?: readonly LateGradient[];
}

export interface LateResult {
  /** [Q, N]. A query without tokens has 0 everywhere; every other one has −∞ at a document without tokens. */
  readonly scores: FloatTensor;
  /** The mean over queries, or over queries and documents. */
  readonly loss?: number;
  /** [Q, Tq, D], 0 where there is padding. */
  readonly queryGrad?: FloatTensor;
  /** [N, Td, D] */
  readonly documentGrad?: FloatTensor;
  readonly logitScaleGrad?: number;
  /**
   * With gradients of query or document: which token of a document each query token is nearest to, [N, Q, Tq]; of equally near ones the
   * first, and 2³² − 1 where there is none.
   */
  readonly bestTokens?: HostTensor<'u32'>;
  readonly run: Run;
}
