import type { ExcerptSpec } from '../../../core/excerpt.ts';
import type { LossLesson } from './lesson.ts';

const STATS = 'contrastive/tiled_stats.wesl';
const SOFTMAX = 'lib/online_softmax_tile.wesl';
const GRADIENT = 'contrastive/tiled_gradient.wesl';

const WEIGHTS: readonly ExcerptSpec[] = [
  {
    file: GRADIENT,
    from: 'var tile = tile_of_dots(local_index, subgroup, rows, first);',
    to: 'let terms = pair_terms(',
  },
  {
    file: 'contrastive/loss/softmax.wesl',
    from: 'var push = exp2(z - line.base) * line.mass;',
    to: 'return Part(select(push',
  },
];
const GRADIENTS: readonly ExcerptSpec[] = [
  {
    file: 'contrastive/lib/weights/multiplied.wesl',
    from: 'share_weights(local_index, weights);',
    to: 'lay_down(local_index, rows, column, sums);',
  },
];

/** From a tile of weights to the gradients, as any loss has it. */
export const gradientSteps = {
  'x-gradient': {
    title: ({ ofX }) => `Gradient of x, ${ofX}`,
    formula: 'dX += W Y',
    words:
      'The tile’s weights times the rows of y are added to the gradient of x. Its rows belong to one workgroup: no atomics, and the same bits in every run.',
    excerpts: GRADIENTS,
  },
  'y-gradient': {
    title: ({ ofY }) => `Gradient of y, ${ofY}`,
    formula: 'dY += Wᵀ X',
    words: 'The transposed weights times the rows of x are added to the gradient of y.',
    excerpts: GRADIENTS,
  },
} satisfies LossLesson;

export const clipLesson: LossLesson = {
  logits: {
    title: ({ tile }) => `Logits of one tile: ${tile}`,
    formula: 'Z = logitScale · X Yᵀ',
    words:
      'Every row of x meets every row of y of the tile: dot products in registers. Where the pair belongs together (outlined), the logit is the positive’s, which an earlier pass found.',
    excerpts: [
      { file: STATS, from: 'var logits = tile_of_dots(local_index, subgroup, rows, first);' },
      {
        file: STATS,
        from: 'let z = logit_between(own[r], other, logits[r * COLS + c], given.logit_scale);',
        to: 'logits[r * COLS + c] = select(',
      },
    ],
  },
  rows: {
    title: () => 'The tile, as its rows see it',
    formula: 'm′ = max(m, rowmax Z⁻),  l′ = exp(m − m′) · l + rowsum exp(Z⁻ − m′)',
    words:
      'Each row takes the tile’s negatives into its running maximum and sum. Positives stay out, so that 1 − P keeps its digits where they dominate.',
    excerpts: [
      { file: STATS, from: 'negatives = advance(negatives, logits);' },
      { file: SOFTMAX, from: 'after.peak = own_peaks(before.peak, scores);' },
      { file: SOFTMAX, from: 'let base = base_of(after.peak[r]);', to: 'after.total[r] += weight_above(' },
    ],
  },
  columns: {
    title: () => 'The same tile, as its columns see it',
    formula: 'm′, l′ along columns, over the rows of this block',
    words:
      'The symmetric loss needs a softmax along columns too. They are summed from the same tile before it is forgotten, so one product serves both directions.',
    excerpts: [
      { file: STATS, from: 'tally.peak = LOWEST;', to: 'let base = base_of(tally.peak);' },
      { file: STATS, from: 'var merged = shared_parts[col];', to: 'col_parts[workgroup * params.panel_cols' },
    ],
  },
  merge: {
    title: () => 'The row blocks’ columns are put together',
    formula: '(m, l) ⊕ (m₂, l₂) = (max, exp(m − max) · l + exp(m₂ − max) · l₂)',
    words:
      'Each row block has seen its own rows only, and has left two numbers per column. A small pass merges them into the maximum and the sum that one softmax over all rows would have.',
    excerpts: [
      {
        file: 'contrastive/tiled_columns.wesl',
        from: 'for (var block = 0u; block < params.row_blocks; block++) {',
        to: 'lines[at].mass = merged.total;',
      },
    ],
  },
  losses: {
    title: () => 'From statistics to losses',
    formula: 'n = m + log l,  loss = log(1 + exp(n − z⁺)),  lse = z⁺ + loss',
    words:
      'Negatives n and positive z⁺ give the lse and the loss of each row and column. From here on, two numbers for each are all that is left of the matrix.',
    excerpts: [
      {
        file: 'contrastive/lib/line_loss.wesl',
        from: 'let lead = (peak - positive_peak)',
        to: 'return Union(positive + excess',
      },
    ],
  },
  'x-weights': {
    title: ({ tile }) => `The tile again: ${tile}`,
    formula: 'W = logitScale · (Pʳ − I + Pᶜ − I) / 2N',
    words:
      'The tile was forgotten, so it is computed again, and turned into the weight of each pair in the gradient: positives are pulled together (minus), negatives pushed apart (plus).',
    excerpts: WEIGHTS,
  },
  'y-weights': {
    title: ({ tile }) => `The tile again: ${tile}`,
    formula: 'W = logitScale · (Pʳ − I + Pᶜ − I) / 2N',
    words:
      'The same kernel with x and y exchanged: now a workgroup owns columns and walks rows, blockM wide and blockN high.',
    excerpts: WEIGHTS,
  },
  ...gradientSteps,
};
