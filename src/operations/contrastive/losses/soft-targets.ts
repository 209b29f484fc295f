import type { ContrastiveLoss } from './loss.ts';
import { targetLoss } from './targets.ts';

/**
 * `Σᵢ −Σⱼ softmaxⱼ(t)ᵢⱼ log softmaxⱼ(z)ᵢⱼ`, t = teacherScale ⟨uᵢ, vⱼ⟩: cross-entropy to the softmax of a teacher's embeddings u and
 * v, which are constants. Less the teacher's entropy, it is the Kullback-Leibler divergence; the gradients are the same.
 * Hinton et al., "Distilling the Knowledge in a Neural Network" (2015).
 */
export const softTargets: ContrastiveLoss<'soft-targets', false> = {
  id: 'soft-targets',
  title: 'Soft targets of a teacher',
  pairwise: false,
  symmetric: false,
  oneTensor: false,
  teacher: true,
  options: ['zLoss', 'softcap', 'extraCols', 'teacherDim', 'teacherScale'],
  module: 'contrastive/loss/soft_targets',

  line: (line) => targetLoss(line, line.targets ?? new Float64Array()),

  slope: ({ logit, lse, target = NaN }) => Math.exp(logit - lse) - target,
};
