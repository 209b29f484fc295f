import type { PairwiseLoss } from './losses/index.ts';
import type { Gradient, Loss, Reduction } from './problem.ts';
import type { AnyTensor, FloatTensor } from '../../core/tensor.ts';
import type { Run } from '../../core/run.ts';

/** Whole numbers, one per row or column. */
export type Indices = Uint32Array | Int32Array | readonly number[];

/**
 * One call of `lab.contrastive`. Logits are `logitScale · ⟨xᵢ, yⱼ⟩`. Options that make no sense with a loss are
 * refused by name with an UnsupportedError.
 */
export interface ContrastiveArgs {
  /**
   * - `clip`: symmetric, row i ↔ column i (Radford et al. 2021).
   * - `info-nce`: rows only; row i ↔ column `labels[i]`, M may differ from N (van den Oord et al. 2018).
   * - `siglip`: `−log σ(±(z + logitBias))` over all pairs, divided by N (Zhai et al. 2023).
   * - `nt-xent`: x alone, two views stacked: row i ↔ row i ± N/2, itself left out (Chen et al. 2020).
   * - `sup-con`: x alone, `labels` are classes: the mean over each row's positives; rows without any add 0
   *   (Khosla et al. 2020, L_out).
   * - `dcl`: `−z_pos + log Σ exp` over the negatives; without y, two stacked views (Yeh et al. 2022).
   * - `dclw`: the same with `(2 − N softmax(⟨x, y_pos⟩ / sigma)) z_pos`, differentiated through the weights.
   *
   * A row of dcl or dclw without negatives adds 0.
   */
  readonly loss: Loss;
  /** [N, D] */
  readonly x: AnyTensor;
  /** [M, D]; absent for nt-xent and sup-con. */
  readonly y?: AnyTensor;
  /**
   * info-nce, dcl, dclw: the positive column of each row (default: row i ↔ column i). sup-con: the class of each row,
   * a whole number below 2³².
   */
  readonly labels?: Indices;
  /** The multiplier itself, already exponentiated; a number, or one per row. Default 1/0.07. */
  readonly logitScale?: number | Float32Array;
  /** siglip: added to every logit. Default 0. */
  readonly logitBias?: number;
  /** Rows are L2-normalised inside, and gradients go through it. A row of zeros stays one, with gradient 0. */
  readonly normalize?: boolean;
  /** clip, info-nce, nt-xent: the share of the target spread evenly over all candidates, as in PyTorch. */
  readonly labelSmoothing?: number;
  /** Taken from the similarity of each positive, before the scale (additive margin softmax). */
  readonly margin?: number;
  /**
   * Which item each column is: columns that are the same item as a row's positive are not its negatives. One per
   * row of y, or one per column with `hardNegatives` and `queue`; one per row of x for losses of x alone. Whole numbers that
   * a double holds, up to ±(2⁵³ − 1).
   */
  readonly ids?: Indices;
  /**
   * Columns more similar than a row's positive by more than this are taken for unlabelled positives and left out.
   * In units of the similarity; the choice has no gradient.
   */
  readonly falseNegativeMargin?: number;
  /**
   * [K, D]: negatives of every row, which follow y in the numbering of columns; or [N, K, D]: K of each row alone.
   * Without a gradient of their own.
   */
  readonly hardNegatives?: AnyTensor;
  /** [Q, D]: negatives of every row from earlier batches (MoCo), without a gradient. They follow hardNegatives. */
  readonly queue?: AnyTensor;
  /**
   * Matryoshka: the loss is the sum of those over the first `prefixDims[k]` elements of every row, each normalised by
   * itself with `normalize`. The lse, metrics and hardest negatives are those of the last one.
   */
  readonly prefixDims?: readonly number[];
  /** dclw: the temperature of the weights. Default 0.5. */
  readonly sigma?: number;
  /** Rank positives and measure logits, in the pass that finds the losses. Not with sup-con. */
  readonly metrics?: boolean;
  /** How many of each row's most similar negatives to list, at most 128. */
  readonly hardest?: number;
  /** Default: none, the loss alone. With reduction `none`, gradients are those of the sum. */
  readonly gradients?: readonly Gradient[];
  /**
   * Default `'mean'`: divided by the number of rows. Over clip's two directions, the mean of both; so `sum` is half
   * of each direction's sum, and `none` half of row i's and column i's.
   */
  readonly reduction?: Reduction;
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
 * What a call measures beside the loss. A rank is 1 for the best; of equal logits, the lower index ranks first.
 * Duplicate ids do not rank; unlabelled positives that falseNegativeMargin leaves out of the loss do. Where a logit is NaN, a
 * rank is the worst that it may be, and recall is NaN.
 */
export interface ContrastiveMetrics {
  /** Of each row's positive among the columns, [N]. */
  readonly rowRanks: Uint32Array;
  /** clip: of each column's positive among the rows, [N]. */
  readonly colRanks?: Uint32Array;
  readonly rowRecall: Recall;
  readonly colRecall?: Recall;
  readonly positives: LogitStatistics;
  /** Of all pairs that are negatives of a row. */
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

/** What a call gives, as far as its arguments tell. */
export interface ContrastiveResult<Args extends ContrastiveArgs = ContrastiveArgs> {
  /** With reduction `none` one per row, [N]. */
  readonly loss: OneOrEach<Args['reduction'], 'none'>;
  /** [N], over each row's denominator, natural logarithm; −∞ where that is empty. Not of siglip. */
  readonly rowLse: Lse<Args['loss']>;
  /** [N], clip: over column i. */
  readonly colLse?: FloatTensor;
  readonly xGrad?: FloatTensor;
  readonly yGrad?: FloatTensor;
  /** With one scale per row, [N]. */
  readonly logitScaleGrad?: OneOrEach<Args['logitScale'], Float32Array>;
  readonly logitBiasGrad?: number;
  readonly metrics?: ContrastiveMetrics;
  readonly hardest?: HardestNegatives;
  readonly run: Run;
}
