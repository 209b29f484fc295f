import type { PairwiseLoss } from './losses/index.ts';
import type { OptionArguments } from './options/fields.ts';
import type { AnyTensor, FloatTensor } from '../../core/tensor.ts';
import type { Run } from '../../core/run.ts';

/**
 * One call of `lab.contrastive`. Logits are `logitScale · ⟨xᵢ, yⱼ⟩`. Options that make no sense with a loss are
 * refused by name with an UnsupportedError.
 */
export interface ContrastiveArgs extends OptionArguments {
  /** [N, D] */
  readonly x: AnyTensor;
  /** [M, D]; absent for nt-xent and sup-con. */
  readonly y?: AnyTensor;
}

/** Mean and extremes of some logits, without the margin; NaN of none. */
export interface LogitStatistics {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** The share of lines whose positive is among the first 1, 5 and 10. */
export interface Recall {
  readonly at1: number;
  readonly at5: number;
  readonly at10: number;
}

/**
 * Measures of a call beside the loss. A rank is 1 for the best; of equal logits, the lower index ranks first.
 * Duplicate ids do not rank; unlabelled positives that falseNegativeMargin leaves out of the loss do. Where a logit is NaN, a
 * rank is the worst that it may be, and recall is NaN.
 */
export interface ContrastiveMetrics {
  /** Rank of each row's positive among the columns, [N]. */
  readonly rowRanks: Uint32Array;
  /** clip: rank of each column's positive among the rows, [N]. */
  readonly colRanks?: Uint32Array;
  readonly rowRecall: Recall;
  readonly colRecall?: Recall;
  readonly positives: LogitStatistics;
  /** Statistics of all pairs that are negatives of a row. */
  readonly negatives: LogitStatistics;
}

/** The most similar negatives of each row among the columns, most similar first, NaN last; −∞ and 2³² − 1 where a row has no more. */
export interface HardestNegatives {
  /** Logits, [N, hardest] */
  readonly logits: FloatTensor;
  /** Columns, [N × hardest] */
  readonly indices: Uint32Array;
}

/** One number, or one per row where the argument is `Each`. */
type OneOrEach<Argument, Each> = Argument extends Each ? FloatTensor : number;
/** Losses without softmax have no lse. */
type Lse<L> = L extends PairwiseLoss ? undefined : FloatTensor;

/** The result of a call, as far as its arguments tell. */
export interface ContrastiveResult<Args extends ContrastiveArgs = ContrastiveArgs> {
  /** With reduction `none` one per row, [N]. */
  readonly loss: OneOrEach<Args['reduction'], 'none'>;
  /** [N], over each row's denominator, natural logarithm; −∞ where that is empty. Not of siglip. */
  readonly rowLse: Lse<Args['loss']>;
  /** [N], clip: over column i. */
  readonly colLse?: FloatTensor;
  /** [N], soft-targets: over the teacher's logits. */
  readonly teacherLse?: FloatTensor;
  readonly xGrad?: FloatTensor;
  readonly yGrad?: FloatTensor;
  /** With one scale per row, [N]. */
  readonly logitScaleGrad?: OneOrEach<Args['logitScale'], Float32Array>;
  readonly logitBiasGrad?: number;
  readonly metrics?: ContrastiveMetrics;
  readonly hardest?: HardestNegatives;
  readonly run: Run;
}
