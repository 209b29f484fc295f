import type { ContrastivePhase } from '../../../operations/contrastive/trace.ts';
import type { ExcerptSpec } from './shader-excerpts.ts';

const GRADIENT = 'contrastive/tiled_gradient.wesl';

/** The phases that SigLIP has, where they differ from those of a softmax. */
type Phase = Extract<ContrastivePhase, 'logits' | 'losses' | 'x-weights' | 'y-weights'>;

const WEIGHTS: readonly ExcerptSpec[] = [
  {
    file: 'contrastive/loss/siglip.wesl',
    from: 'let wrong = select(z, -z, positive);',
    to: 'return Part(',
  },
];

export const SIGLIP_EXCERPTS: Readonly<Record<Phase, readonly ExcerptSpec[]>> = {
  logits: [
    { file: GRADIENT, from: 'var tile = tile_of_dots(local_index, rows, first);' },
    { file: 'contrastive/loss/siglip.wesl', from: 'let z = scale * similar + given.logit_bias;' },
  ],
  'x-weights': [...WEIGHTS, { file: GRADIENT, from: 'loss_sums[r] += select(0.0, terms.loss, inside);' }],
  'y-weights': WEIGHTS,
  losses: [
    { file: GRADIENT, from: 'loss_sums = row_sum(local_index, loss_sums);' },
    { file: GRADIENT, from: 'loss_terms[at] = select(' },
  ],
};

export const SIGLIP_FORMULAS: Readonly<Record<Phase, string>> = {
  logits: 'Z = logitScale · X Yᵀ + logitBias',
  'x-weights': 'loss = log(1 + exp(∓z)),  W = logitScale · (σ(z) − [positive]) / N',
  'y-weights': 'W = logitScale · (σ(z) − [positive]) / N',
  losses: 'loss = rowsum / N',
};

export const SIGLIP_WORDS: Readonly<Record<Phase, string>> = {
  logits:
    'Every row of x meets every row of y of the tile: dot products in registers, scaled and shifted. There is no softmax, so no maximum and no sum has to be known first.',
  'x-weights':
    'Each pair is a question of its own: does it belong together (outlined), yes or no? Its loss is added to its row’s, and its weight in the gradient replaces the logit, all from one tile.',
  'y-weights':
    'The same kernel with x and y exchanged: now a workgroup owns columns and walks rows, blockM wide and blockN high. The losses are known already.',
  losses:
    'One number per row is left of the matrix. A last small pass adds them up. CLIP needs two numbers per row and column before its gradients can begin; here one walk gives loss and gradient.',
};

/** `undefined` where SigLIP does what the others do. */
export const ofSiglip = <T>(texts: Readonly<Record<Phase, T>>, phase: ContrastivePhase): T | undefined =>
  phase in texts ? texts[phase as Phase] : undefined;
