import type { ExcerptSpec } from '../../../core/excerpt.ts';
import { gradientSteps } from './clip-lesson.ts';
import type { LossLesson } from './lesson.ts';

const GRADIENT = 'contrastive/tiled_gradient.wesl';
const LOSS = 'contrastive/loss/siglip.wesl';

const WEIGHTS: readonly ExcerptSpec[] = [
  { file: LOSS, from: 'let wrong = select(z, -z, positive);', to: 'return Part(' },
];

export const siglipLesson: LossLesson = {
  logits: {
    title: ({ tile }) => `Logits of one tile: ${tile}`,
    formula: 'Z = logitScale · X Yᵀ + logitBias',
    words:
      'Every row of x meets every row of y of the tile: dot products in registers, scaled and shifted. There is no softmax, so no maximum and no sum has to be known first.',
    excerpts: [
      { file: GRADIENT, from: 'var tile = tile_of_dots(local_index, subgroup, rows, first);' },
      { file: LOSS, from: 'let z = scale * similar + given.logit_bias;' },
    ],
  },
  'x-weights': {
    title: () => 'Each pair: its loss, and its weight',
    formula: 'loss = log(1 + exp(∓z)),  W = logitScale · (σ(z) − [positive]) / N',
    words:
      'Each pair is a question of its own: does it belong together (outlined), yes or no? Its loss is added to its row’s, and its weight in the gradient replaces the logit, all from one tile.',
    excerpts: [...WEIGHTS, { file: GRADIENT, from: 'loss_sums[r] += select(0.0, terms.loss, inside);' }],
  },
  'y-weights': {
    title: ({ tile }) => `The tile again: ${tile}`,
    formula: 'W = logitScale · (σ(z) − [positive]) / N',
    words:
      'The same kernel with x and y exchanged: now a workgroup owns columns and walks rows, blockM wide and blockN high. The losses are known already.',
    excerpts: WEIGHTS,
  },
  losses: {
    title: () => 'The rows’ losses are added up',
    formula: 'loss = rowsum / N',
    words:
      'One number per row is left of the matrix. A last small pass adds them up. CLIP needs two numbers per row and column before its gradients can begin; here one walk gives loss and gradient.',
    excerpts: [
      { file: GRADIENT, from: 'loss_sums = row_sum(local_index, loss_sums);' },
      { file: GRADIENT, from: 'loss_terms[at] = select(' },
    ],
  },
  ...gradientSteps,
};
