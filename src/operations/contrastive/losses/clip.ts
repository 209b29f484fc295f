import { clipLesson } from './clip-lesson.ts';
import type { ContrastiveLoss } from './loss.ts';
import { softmax } from './softmax.ts';

/**
 * `½ Σᵢ (−log softmaxⱼ(z)ᵢᵢ − log softmaxᵢ(z)ᵢᵢ)`: rows and columns are pairs, and each finds its partner among all others.
 * Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021).
 */
export const clip: ContrastiveLoss<'clip', false> = {
  id: 'clip',
  title: 'CLIP, both directions',
  pairwise: false,
  symmetric: true,
  oneTensor: false,
  options: [
    'labelSmoothing',
    'zLoss',
    'softcap',
    'margin',
    'ids',
    'falseNegativeMargin',
    'extraCols',
    'rowNegatives',
    'metrics',
  ],
  // Two directions, two kernels each.
  publishedWork: 'Inf-CL as published 10 U',
  lesson: clipLesson,
  ...softmax,
};
