import { ShapeError, UnsupportedError } from '../../errors.ts';
import { requireCount, requireFinite } from '../checks.ts';

export const LOSSES = ['clip', 'info-nce', 'siglip', 'nt-xent', 'dcl', 'dclw', 'sup-con'] as const;
export type Loss = (typeof LOSSES)[number];

export const GRADIENTS = ['x', 'y', 'logitScale', 'logitBias'] as const;
export type Gradient = (typeof GRADIENTS)[number];

export type Reduction = 'mean' | 'sum' | 'none';

/** Shapes and options of one contrastive-loss call, plain data. */
export interface ContrastiveProblem {
  readonly loss: Loss;
  /** Rows of x. */
  readonly numRows: number;
  /** Rows of y, the columns of the similarity matrix. */
  readonly numCols: number;
  readonly embedDim: number;
  /** The multiplier itself, already exponentiated. */
  readonly logitScale: number;
  readonly gradients: readonly Gradient[];
  readonly reduction: Reduction;
}

/**
 * Fills in defaults (clip, numCols = numRows, embedDim 256, logitScale 1/0.07, all its gradients, mean)
 * and checks.
 * @throws ShapeError on a value that cannot be, UnsupportedError on one that is not built
 */
export function contrastiveProblem(partial: Partial<ContrastiveProblem>): ContrastiveProblem {
  const numRows = partial.numRows ?? 1;
  const problem: ContrastiveProblem = {
    loss: partial.loss ?? 'clip',
    numRows,
    numCols: partial.numCols ?? numRows,
    embedDim: partial.embedDim ?? 256,
    logitScale: partial.logitScale ?? 1 / 0.07,
    gradients: partial.gradients ?? ['x', 'y', 'logitScale'],
    reduction: partial.reduction ?? 'mean',
  };
  for (const name of ['numRows', 'numCols', 'embedDim'] as const) requireCount(name, problem[name]);
  requireFinite('logitScale', problem.logitScale);
  requireOneOf('loss', problem.loss, LOSSES);
  requireOneOf('reduction', problem.reduction, ['mean', 'sum', 'none']);
  for (const gradient of problem.gradients) requireOneOf('gradients', gradient, GRADIENTS);
  if (problem.loss !== 'clip') throw new UnsupportedError(`loss '${problem.loss}' is not built yet`);
  if (problem.reduction === 'none') throw new UnsupportedError("reduction 'none' is not built yet");
  if (problem.gradients.includes('logitBias')) {
    throw new UnsupportedError("gradients 'logitBias': the clip loss has no logitBias");
  }
  if (problem.numRows !== problem.numCols) {
    throw new ShapeError(
      'y.shape',
      `[${problem.numRows}, ${problem.embedDim}], as many rows as x: the clip loss pairs them`,
      `[${problem.numCols}, ${problem.embedDim}]`,
    );
  }
  return problem;
}

function requireOneOf(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) {
    throw new ShapeError(name, allowed.map((item) => `'${item}'`).join(', '), `'${value}'`);
  }
}

/** FLOPs of one pass over the similarity matrix: 2 · N · M · D, written U in the literature. */
export const similarityFlops = ({ numRows, numCols, embedDim }: ContrastiveProblem): number =>
  2 * numRows * numCols * embedDim;

/** Useful FLOPs: 1 U for the loss, 1 U more for each embedding gradient. */
export function contrastiveFlops(problem: ContrastiveProblem): number {
  const gradients = problem.gradients.filter((gradient) => gradient === 'x' || gradient === 'y').length;
  return similarityFlops(problem) * (1 + gradients);
}

/** Weight of each row's and each column's term in the loss: ½ · (mean over rows + mean over columns). */
export function clipWeight({ numRows, reduction }: ContrastiveProblem): number {
  return reduction === 'mean' ? 0.5 / numRows : 0.5;
}
