import { lossOf } from './losses/index.ts';
import type { OptionFields } from './options/fields.ts';

export type { Loss } from './losses/index.ts';
export { GRADIENTS, REDUCTIONS, type Gradient, type Reduction } from './options/fields.ts';

/** Shapes and options of one contrastive-loss call, plain data. */
export type ContrastiveProblem = OptionFields;

/** Work of one product of all rows with all columns, in U; a teacher's product is computed with it and counts as well. */
export const tileWork = ({ embedDim, teacherDim = 0 }: ContrastiveProblem): number =>
  1 + teacherDim / embedDim;

/** FLOPs of one pass over the similarity matrix: 2 · N · M · D, written U in the literature. */
export const similarityFlops = ({ numRows, numCols, embedDim }: ContrastiveProblem): number =>
  2 * numRows * numCols * embedDim;

/** Useful FLOPs: 1 U for the loss, 1 U more for each embedding gradient; a teacher's scores once. */
export function contrastiveFlops(problem: ContrastiveProblem): number {
  const gradients = problem.gradients.filter((gradient) => gradient === 'x' || gradient === 'y').length;
  const { prefixDims = [problem.embedDim] } = problem;
  return prefixDims.reduce((sum, embedDim) => {
    const prefix = { ...problem, embedDim };
    return sum + similarityFlops(prefix) * (tileWork(prefix) + gradients);
  }, 0);
}

/** Weight of each line's term in the loss: that of the mean over rows, and over two directions where there are. */
export function lineWeight({ loss, numRows, reduction }: ContrastiveProblem): number {
  const direction = lossOf(loss).symmetric ? 0.5 : 1;
  return reduction === 'mean' ? direction / numRows : direction;
}

/** Whether the target of a row is spread over the columns, of which none is its one positive. */
export const hasTargets = ({ loss, labelSets }: ContrastiveProblem): boolean =>
  lossOf(loss).teacher === true || labelSets !== undefined;

/** Rows of x, and columns where these are of another tensor: the lines a kernel knows anything of. */
export const numLines = ({ numRows, numCols, oneTensor }: ContrastiveProblem): number =>
  oneTensor === true ? numRows : numRows + numCols;

/** Rows of y that get a gradient. */
export const numOwnCols = ({ numCols, extraCols = 0 }: ContrastiveProblem): number => numCols - extraCols;
