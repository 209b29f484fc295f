import { lossOf, type Loss } from './losses/index.ts';

export type { Loss } from './losses/index.ts';

export const GRADIENTS = ['x', 'y', 'logitScale', 'logitBias'] as const;
export type Gradient = (typeof GRADIENTS)[number];

export const REDUCTIONS = ['mean', 'sum', 'none'] as const;
export type Reduction = (typeof REDUCTIONS)[number];

/** Shapes and options of one contrastive-loss call, plain data. Options are absent where they were not asked for. */
export interface ContrastiveProblem {
  readonly loss: Loss;
  /** Rows of x. */
  readonly numRows: number;
  /** Columns of the similarity matrix: rows of y and, with `extraCols`, of what stands below them; of x with `oneTensor`. */
  readonly numCols: number;
  readonly embedDim: number;
  /** The multiplier itself, already exponentiated; with `rowScales`, each row has its own instead. */
  readonly logitScale: number;
  readonly gradients: readonly Gradient[];
  /** `mean` divides by the number of rows; over `clip`'s two directions, `sum` and `none` take the mean. */
  readonly reduction: Reduction;
  /** There is no y: rows are compared with each other. */
  readonly oneTensor?: boolean;
  /** Labels tell each row's positive; by default it is in the same place, or half of the rows away with `oneTensor`. */
  readonly labels?: boolean;
  readonly rowScales?: boolean;
  /** siglip: added to every logit. */
  readonly logitBias?: number;
  readonly normalize?: boolean;
  /** The share of the target that is spread evenly over all candidates, 0 to 1. */
  readonly labelSmoothing?: number;
  /** Taken from the similarity of each positive, before the scale. */
  readonly margin?: number;
  /** Columns with the id of a row's positive are not its negatives. */
  readonly ids?: boolean;
  /** Columns whose similarity exceeds the positive's by more than this are not negatives. */
  readonly falseNegativeMargin?: number;
  /** How many of the columns, the last ones, are negatives of every row and get no gradient. */
  readonly extraCols?: number;
  /** Negatives that each row has for itself, without a gradient. */
  readonly rowNegatives?: number;
  /** dclw: the temperature of the weights. */
  readonly sigma?: number;
  /** Rank positives and measure logits in the pass that finds the statistics. */
  readonly metrics?: boolean;
  /** How many of each row's most similar negatives to list. */
  readonly hardest?: number;
}

/** FLOPs of one pass over the similarity matrix: 2 · N · M · D, written U in the literature. */
export const similarityFlops = ({ numRows, numCols, embedDim }: ContrastiveProblem): number =>
  2 * numRows * numCols * embedDim;

/** Useful FLOPs: 1 U for the loss, 1 U more for each embedding gradient. */
export function contrastiveFlops(problem: ContrastiveProblem): number {
  const gradients = problem.gradients.filter((gradient) => gradient === 'x' || gradient === 'y').length;
  return similarityFlops(problem) * (1 + gradients);
}

/** Weight of each line's term in the loss: that of the mean over rows, and over two directions where there are. */
export function lineWeight({ loss, numRows, reduction }: ContrastiveProblem): number {
  const direction = lossOf(loss).symmetric ? 0.5 : 1;
  return reduction === 'mean' ? direction / numRows : direction;
}

/** Rows of x, and columns where these are of another tensor: the lines a kernel knows anything of. */
export const numLines = ({ numRows, numCols, oneTensor }: ContrastiveProblem): number =>
  oneTensor === true ? numRows : numRows + numCols;

/** Rows of y that get a gradient. */
export const numOwnCols = ({ numCols, extraCols = 0 }: ContrastiveProblem): number => numCols - extraCols;
