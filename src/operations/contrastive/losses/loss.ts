import type { Pass, PlanBuffer } from '../../../core/plan.ts';
import type { Kind, Line } from '../reference/line.ts';
import type { LossLesson } from './lesson.ts';

/** Options of a problem that not every loss goes with. */
export type LossOption =
  | 'logitBias'
  | 'labelSmoothing'
  | 'margin'
  | 'ids'
  | 'falseNegativeMargin'
  | 'extraCols'
  | 'rowNegatives'
  | 'metrics'
  | 'sigma'
  | 'softcap'
  | 'zLoss'
  | 'ignoreIndex'
  | 'labelSets'
  | 'columnLabels'
  | 'teacherDim'
  | 'teacherScale';

/** The loss of one line in float64, unweighted. */
export interface LineLoss {
  /** Over the denominator; of losses with a softmax. */
  readonly lse?: number;
  readonly loss: number;
  /** ∂loss / ∂logit. */
  readonly slopes: Float64Array;
}

/** Options that bend the loss of a line. */
export interface LineOptions {
  readonly labelSmoothing?: number;
  /** How much the positive counts, where positives have weights. */
  readonly pull?: number | undefined;
}

/** One pair of a line whose lse a kernel has found. */
export interface SampledPair {
  readonly logit: number;
  readonly kind: Kind;
  readonly lse: number;
  /** How many positives the line has. */
  readonly positives: number;
  /** The pair's share of the target, where no column is the one positive. */
  readonly target?: number;
  readonly labelSmoothing: number;
  /** The share of the target that smoothing gives each candidate. */
  readonly spread: number;
}

/** Weights of the positives that need all rows, in float64. */
export interface PositiveWeights {
  readonly weights: Float64Array;
  /** ∂(−Σᵢ wᵢ zᵢ) / ∂similarity of each row's positive, through the weights alone; `logits` are weighted as the rows' terms are, and 0 of rows without negatives. */
  slopes(logits: Float64Array): Float64Array;
}

/** A pass that one loss adds; the uniforms and conditions are those of every contrastive pass. */
export type LossPass = Omit<Pass, 'conditions' | 'uniforms'>;

/** A loss: all that sets it apart from the others. `Pairwise` tells losses without softmax. */
export interface ContrastiveLoss<Id extends string = string, Pairwise extends boolean = boolean> {
  readonly id: Id;
  /** The name for readers who may not know the id. */
  readonly title: string;
  /** Each pair is a choice of its own: no line has a softmax, and nothing needs statistics. */
  readonly pairwise: Pairwise;
  /** Columns have a softmax too, so rows and columns are paired. */
  readonly symmetric: boolean;
  /** Whether there is no y: always, but for columns with classes of their own; never; or as the caller has it. */
  readonly oneTensor: boolean | 'either';
  /**
   * The meaning of labels: the column of each row's positive; the class of each row, all of whose others are positives; or a set of
   * columns of each row, which may be empty.
   */
  readonly labels?: 'positives' | 'classes' | 'sets';
  /** The target of each row is the softmax of a teacher's scores; no column is a positive. */
  readonly teacher?: true;
  readonly options: readonly LossOption[];
  /** The module of `shaders/` that fills the role `loss`. */
  readonly module: string;
  /** In its place where each row has several labels. */
  readonly moduleOfSets?: string;
  /** It divides by the scale, which may not be 0. */
  readonly dividesByScale?: true;
  /** The work of others on this loss with both gradients, in words. */
  readonly publishedWork?: string;

  /** The steps of its lesson on the explain page. Absent where it has none. */
  readonly lesson?: LossLesson;

  /** The loss and slopes of one line in float64, straight from the definition. */
  readonly line: (line: Line, options: LineOptions) => LineLoss;
  /** The loss of a line from its lse and its positive's logit. Absent where these do not tell it. */
  readonly fromLse?: (lse: number, positive: number, pull: number) => number;
  /** The slope of one logit of a line from its lse. */
  readonly slope: (pair: SampledPair) => number;
  /** From the similarities of the rows' positives. */
  readonly positiveWeights?: (similarities: Float64Array, sigma?: number) => PositiveWeights;

  readonly own?: OwnPasses;
}

/** Buffers and passes that one loss has for itself. */
export interface OwnPasses {
  buffers(numRows: number): PlanBuffer[];
  /** Between the statistics and the losses. */
  beforeLosses(numRows: number): LossPass[];
  /** Buffers that its module reads. */
  readonly read: readonly string[];
  /** After the gradients, before the terms of the scale's gradient, in the buffer of that name, are summed up. */
  beforeScaleSum(numRows: number, scaleTerms: string): LossPass[];
}
