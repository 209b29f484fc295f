import type { AnyTensor } from '../../../core/tensor.ts';
import type { Loss } from '../losses/index.ts';

export const GRADIENTS = ['x', 'y', 'logitScale', 'logitBias'] as const;
export type Gradient = (typeof GRADIENTS)[number];

export const REDUCTIONS = ['mean', 'sum', 'none'] as const;
export type Reduction = (typeof REDUCTIONS)[number];

/** Whole numbers, one per row or column. */
export type Indices = Uint32Array | Int32Array | readonly number[];

/** Several labels of each row. */
export interface LabelSets {
  /** [N, labels of each row] */
  readonly shape: readonly number[];
  readonly data: Indices;
}

/** Options that a call's argument sets as it stands. */
interface PlainOptions {
  /** siglip, bce: added to every logit. Default 0. */
  readonly logitBias?: number;
  /** Rows are L2-normalised inside, and gradients go through it. A row of zeros stays one, with gradient 0. */
  readonly normalize?: boolean;
  /** clip, info-nce, nt-xent: the share of the target spread evenly over all candidates, 0 to 1, as in PyTorch. */
  readonly labelSmoothing?: number;
  /** Taken from the similarity of each positive, before the scale (additive margin softmax). */
  readonly margin?: number;
  /**
   * Columns more similar than a row's positive by more than this are taken for unlabelled positives and left out.
   * In units of the similarity; the choice has no gradient.
   */
  readonly falseNegativeMargin?: number;
  /** clip, info-nce, nt-xent, soft-targets: logits are bounded to `softcap · tanh(logit / softcap)`. */
  readonly softcap?: number;
  /** clip, info-nce, nt-xent, soft-targets: `zLoss · lse²` is added to the loss of each row and column (Chowdhery et al. 2022). */
  readonly zLoss?: number;
  /**
   * info-nce with labels: rows with this label are dropped. They have no loss and no gradient, and the mean is over the others;
   * without any, it is 0. bce: it stands for no label, so that rows may have different numbers of labels, or none.
   */
  readonly ignoreIndex?: number;
  /** dclw: the temperature of the weights. Default 0.5. */
  readonly sigma?: number;
  /** soft-targets: what the teacher's similarities are multiplied by. Default 1/0.07. */
  readonly teacherScale?: number;
  /** Rank positives and measure logits, in the pass that finds the losses. Not with sup-con. */
  readonly metrics?: boolean;
  /** How many of each row's most similar negatives to list, at most 128. */
  readonly hardest?: number;
  /**
   * Matryoshka: the loss is the sum of those over the first `prefixDims[k]` elements of every row, each normalised by
   * itself with `normalize`. The lse, metrics and hardest negatives are those of the last one.
   */
  readonly prefixDims?: readonly number[];
}

/** Fields of a problem that options set. Options are absent where they were not asked for. */
export interface OptionFields extends PlainOptions {
  readonly loss: Loss;
  /** Rows of x. */
  readonly numRows: number;
  /** Columns of the similarity matrix: rows of y and, with `extraCols`, of what stands below them; of x with `oneTensor`. */
  readonly numCols: number;
  readonly embedDim: number;
  /** x and y are f16; all that is computed of them is f32. */
  readonly dtype?: 'f16';
  /** The multiplier itself, already exponentiated; with `rowScales`, each row has its own instead. */
  readonly logitScale: number;
  readonly gradients: readonly Gradient[];
  /** `mean` divides by the number of rows; over `clip`'s two directions, `sum` and `none` take the mean. */
  readonly reduction: Reduction;
  /** There is no y: rows are compared with each other. */
  readonly oneTensor?: boolean;
  /** Labels tell each row's positive; by default it is in the same place, or half of the rows away with `oneTensor`. */
  readonly labels?: boolean;
  /** The classes of the columns are an input: x and y are two tensors. */
  readonly columnLabels?: boolean;
  /** The logit scales of the rows are an input. */
  readonly rowScales?: boolean;
  /** Columns with the id of a row's positive are not its negatives; the ids are an input. */
  readonly ids?: boolean;
  /** The terms of the rows have weights; the weights are an input. */
  readonly rowWeights?: boolean;
  /** How many of the columns, the last ones, are negatives of every row and get no gradient. */
  readonly extraCols?: number;
  /** Negatives that each row has for itself, without a gradient. */
  readonly rowNegatives?: number;
  /** How many labels each row has, where it may have several. */
  readonly labelSets?: number;
  /** Width of the teacher's embeddings, which are an input. */
  readonly teacherDim?: number;
}

/** Arguments of a call that set options. */
export interface OptionArguments extends PlainOptions {
  /**
   * - `clip`: symmetric, row i ↔ column i (Radford et al. 2021).
   * - `info-nce`: rows only; row i ↔ column `labels[i]`, M may differ from N (van den Oord et al. 2018).
   * - `siglip`: `−log σ(±(z + logitBias))` over all pairs, divided by N (Zhai et al. 2023).
   * - `nt-xent`: x alone, two views stacked: row i ↔ row i ± N/2, itself left out (Chen et al. 2020).
   * - `sup-con`: x alone, or with y and `columnLabels`; `labels` are classes: the mean over each row's positives; rows without any add 0
   *   (Khosla et al. 2020, L_out).
   * - `dcl`: `−z_pos + log Σ exp` over the negatives; without y, two stacked views (Yeh et al. 2022).
   * - `dclw`: the same with `(2 − N softmax(⟨x, y_pos⟩ / sigma)) z_pos`, differentiated through the weights.
   * - `soft-targets`: rows only; cross-entropy to the softmax of a teacher's `teacherScale ⟨teacherX, teacherY⟩`, whose matrix is
   *   not stored either. Rows of x and y need not be pairs, nor as many (Hinton et al. 2015).
   * - `bce`: multi-label classification of N hidden states over M rows of a vocabulary: `−log σ(±(z + logitBias))` over all pairs,
   *   + for the columns among the row's `labels`; summed over the vocabulary, and divided by N (Nam et al. 2014).
   *
   * A row of dcl or dclw without negatives adds 0.
   */
  readonly loss: Loss;
  /**
   * info-nce, dcl, dclw: the positive column of each row (default: row i ↔ column i). sup-con: the class of each row,
   * a whole number below 2³². info-nce: or [N, S], S labels of each row, as though the row stood there once with each of them; those
   * that are `ignoreIndex` are left out, so that rows may have different numbers of labels. bce: either of both.
   */
  readonly labels?: Indices | LabelSets;
  /**
   * sup-con with y: the class of each row of y. All of the class of a row of x are its positives: one of the two
   * directions of UniCL (Yang et al. 2022).
   */
  readonly columnLabels?: Indices;
  /** The multiplier itself, already exponentiated; a number, or one per row. Default 1/0.07. */
  readonly logitScale?: number | Float32Array;
  /**
   * Which item each column is: columns that are the same item as a row's positive are not its negatives. One per
   * row of y, or one per column with `hardNegatives` and `queue`; one per row of x for losses of x alone. Whole numbers that
   * a double holds, up to ±(2⁵³ − 1).
   */
  readonly ids?: Indices;
  /**
   * [K, D]: negatives of every row, which follow y in the numbering of columns; or [N, K, D]: K of each row alone, f32 always.
   * Without a gradient of their own.
   */
  readonly hardNegatives?: AnyTensor;
  /** [Q, D]: negatives of every row from earlier batches (MoCo), without a gradient. They follow hardNegatives. */
  readonly queue?: AnyTensor;
  /**
   * One per row: the term of row i in the loss, of clip that of column i too, is multiplied by it, as by `sample_weight`. The mean
   * still divides by the number of rows, not by the sum of the weights.
   */
  readonly rowWeights?: Float32Array;
  /** soft-targets: [N, teacher dim], the teacher's embedding of each row. A constant. */
  readonly teacherX?: AnyTensor;
  /** soft-targets: [M, teacher dim], that of each column, those of `hardNegatives` and `queue` included. A constant. */
  readonly teacherY?: AnyTensor;
  /** Default: none, the loss alone. With reduction `none`, gradients are those of the sum. */
  readonly gradients?: readonly Gradient[];
  /**
   * Default `'mean'`: divided by the number of rows. Over clip's two directions, the mean of both; so `sum` is half
   * of each direction's sum, and `none` half of row i's and column i's.
   */
  readonly reduction?: Reduction;
}

/** Data that options bring along, as the float64 reference takes them. */
export interface OptionValues {
  /** The positive column of each row, or several of them; the class of each row for losses with classes. */
  readonly labels?: ArrayLike<number> | undefined;
  /** The class of each column. */
  readonly columnLabels?: ArrayLike<number> | undefined;
  /** One of each column. */
  readonly ids?: ArrayLike<number> | undefined;
  /** The logit scale of each row. */
  readonly scales?: ArrayLike<number> | undefined;
  /** The weight of each row's term in the loss. */
  readonly rowWeights?: ArrayLike<number> | undefined;
  /** [N, K, D] */
  readonly rowNegatives?: ArrayLike<number> | undefined;
  /** [N, teacher dim] and [M, teacher dim] */
  readonly teacherX?: ArrayLike<number> | undefined;
  readonly teacherY?: ArrayLike<number> | undefined;
}
