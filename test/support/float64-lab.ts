import type { Tensor } from '../../src/core/tensor.ts';
import { floatTensor } from '../../src/core/tensor.ts';
import type { ContrastiveArgs } from '../../src/operations/contrastive/api.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import { lossOf } from '../../src/operations/contrastive/losses/index.ts';
import { contrastiveReference } from '../../src/operations/contrastive/reference.ts';
import type { TrainingLab } from '../../src/train/trainer.ts';

/** Losses and gradients by the float64 reference, for training without a GPU. */
export const float64Lab: TrainingLab = {
  download: () => Promise.reject(new RangeError('nothing is on a device here')),
  contrastive: ((args: ContrastiveArgs) => Promise.resolve(resultOf(args))) as TrainingLab['contrastive'],
};

function resultOf({ x, y, labels: given, ...options }: ContrastiveArgs) {
  // One label a row: training has no sets of them.
  const labels = given !== undefined && 'length' in given ? given : undefined;
  const [first, second] = [x as Tensor, y as Tensor | undefined];
  const [numRows = 0, embedDim = 0] = first.shape;
  const problem = contrastiveProblem({
    ...{ loss: options.loss, numRows, embedDim, normalize: options.normalize === true },
    ...{ logitScale: Number(options.logitScale), gradients: [...(options.gradients ?? [])] },
    ...(options.logitBias !== undefined && { logitBias: options.logitBias }),
    ...(labels && lossOf(options.loss).labels === 'positives' && { labels: true }),
  });
  const found = contrastiveReference(problem, {
    x: first.data,
    y: (second ?? first).data,
    ...(labels && { labels }),
  });
  const grad = (values: Float64Array) => floatTensor([numRows, embedDim], Float32Array.from(values));
  return {
    loss: found.loss[0] ?? NaN,
    xGrad: grad(found.xGrad),
    ...(second && { yGrad: grad(found.yGrad) }),
    logitScaleGrad: found.logitScaleGrad[0] ?? NaN,
    ...(options.logitBias !== undefined && { logitBiasGrad: found.logitBiasGrad[0] ?? NaN }),
    run: { workspaceBytes: 0 },
  };
}
