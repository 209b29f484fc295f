import type { AttentionProblem } from '../problem.ts';
import type { OptionValues } from './fields.ts';

/** One step of the way from a dot product to a score, in float64: the reference of an option that changes scores. */
export interface ScoreStep {
  /** The problem's field without which the step is left out. */
  readonly field: keyof AttentionProblem;
  /** Whether it comes before the bias and has a slope other than 1: the backward's kernels then multiply by it. */
  readonly bends?: true;
  /** The step on one row of scores. */
  onRow(problem: AttentionProblem, data: OptionValues, row: ScoreRow): RowStep;
  /** The largest absolute value that scores may have after it. Default: the one before. */
  bound?(before: number, problem: AttentionProblem, sizes: ScoreSizes): number;
}

export interface RowStep {
  /** The score after the step, of a key and the score before. −∞ hides the key. */
  score(before: number, key: number): number;
  /** ∂score/∂before. Default 1. */
  slope?(before: number, key: number): number;
  /** The element of the bias that the step adds to the score of a key. */
  element?(key: number): number;
}

/** Where a row of scores stands. */
export interface ScoreRow {
  readonly entry: number;
  /** Query head within the entry. */
  readonly head: number;
  /** Query token. */
  readonly token: number;
  /** The key that stands at the same place as the query; it may lie outside. */
  readonly diagonal: number;
}

/** Sizes of data, from which follows how large scores can be. */
export interface ScoreSizes {
  /** The part of the bias that decides a row. */
  readonly bias: number;
  /** Small data, by name. */
  readonly data: Readonly<Record<string, ArrayLike<number>>>;
}
