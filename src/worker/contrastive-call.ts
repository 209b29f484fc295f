import { ShapeError, UnsupportedError } from '../errors.ts';
import { contrastiveProblem, type ContrastiveProblem } from '../kernels/contrastive/problem.ts';
import type { Arrays } from '../kernels/operation.ts';
import { describe, requireShape, requireTensor } from '../tensor.ts';
import type { ContrastiveArgs } from './api.ts';

const NOT_BUILT = ['labels', 'logitBias'] as const satisfies readonly (keyof ContrastiveArgs)[];

/**
 * Checks the arguments of `lab.contrastive` and splits them into the problem and its data.
 * @throws ShapeError naming the argument, UnsupportedError naming an option that is not built
 */
export function contrastiveCall(args: ContrastiveArgs): { problem: ContrastiveProblem; inputs: Arrays } {
  for (const option of NOT_BUILT) {
    if (args[option] !== undefined)
      throw new UnsupportedError(`contrastive option '${option}' is not built yet`);
  }
  if (args.normalize === true) throw new UnsupportedError("contrastive option 'normalize' is not built yet");
  const { logitScale, gradients = [] } = args;
  if (logitScale instanceof Float32Array) {
    throw new UnsupportedError("contrastive option 'logitScale' with one value per row is not built yet");
  }
  if (!Array.isArray(gradients)) throw new ShapeError('gradients', 'a list', describe(gradients));
  const x = requireTensor('x', args.x, 2);
  const [numRows = 0, embedDim = 0] = x.shape;
  const options = {
    loss: args.loss,
    embedDim,
    gradients,
    ...(logitScale === undefined ? {} : { logitScale }),
    ...(args.reduction === undefined ? {} : { reduction: args.reduction }),
  };
  // Before y is asked for, so that a loss that is not built says so.
  contrastiveProblem({ ...options, numRows });
  const y = requireTensor('y', args.y, 2);
  requireShape('y', y, [y.shape[0] ?? 0, embedDim]);
  const problem = contrastiveProblem({ ...options, numRows, numCols: y.shape[0] ?? 0 });
  return { problem, inputs: { x: x.data, y: y.data } };
}
