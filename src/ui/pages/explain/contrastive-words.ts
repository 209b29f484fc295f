import { lossOf, type Loss } from '../../../operations/contrastive/losses/index.ts';
import type { ContrastivePhase, ContrastiveStep } from '../../../operations/contrastive/trace.ts';
import type { ExcerptSpec } from './shader-excerpts.ts';
import { rangeWords } from './numbers.ts';

const STATS = 'contrastive/tiled_stats.wesl';
const SOFTMAX = 'lib/online_softmax_tile.wesl';
const GRADIENT = 'contrastive/tiled_gradient.wesl';

const WEIGHTS: readonly ExcerptSpec[] = [
  {
    file: GRADIENT,
    from: 'var tile = tile_of_dots(local_index, rows, first);',
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

/** Where the kernels do each step. */
export const CONTRASTIVE_EXCERPTS: Readonly<Record<ContrastivePhase, readonly ExcerptSpec[]>> = {
  logits: [
    { file: STATS, from: 'var logits = tile_of_dots(local_index, rows, first);' },
    {
      file: STATS,
      from: 'let z = logit_between(own[r], other, logits[r * COLS + c], given.logit_scale);',
      to: 'logits[r * COLS + c] = select(',
    },
  ],
  rows: [
    { file: STATS, from: 'negatives = advance(negatives, logits).state;' },
    { file: SOFTMAX, from: 'raised.peak = own_peaks(before.peak, scores);' },
    { file: SOFTMAX, from: 'let base = base_of(raised.peak[r]);', to: 'total += weight;' },
  ],
  columns: [
    { file: STATS, from: 'tally.peak = LOWEST;', to: 'let base = base_of(tally.peak);' },
    { file: STATS, from: 'var merged = shared_parts[col];', to: 'col_parts[workgroup * params.panel_cols' },
  ],
  merge: [
    {
      file: 'contrastive/tiled_columns.wesl',
      from: 'for (var block = 0u; block < params.row_blocks; block++) {',
      to: 'lines[at].mass = merged.total;',
    },
  ],
  losses: [
    {
      file: 'contrastive/lib/line_loss.wesl',
      from: 'let lead = (peak - positive_peak)',
      to: 'return Union(positive + excess',
    },
  ],
  'x-weights': WEIGHTS,
  'x-gradient': GRADIENTS,
  'y-weights': WEIGHTS,
  'y-gradient': GRADIENTS,
};

export const CONTRASTIVE_FORMULAS: Readonly<Record<ContrastivePhase, string>> = {
  logits: 'Z = logitScale · X Yᵀ',
  rows: 'm′ = max(m, rowmax Z⁻),  l′ = exp(m − m′) · l + rowsum exp(Z⁻ − m′)',
  columns: 'm′, l′ along columns, over the rows of this block',
  merge: '(m, l) ⊕ (m₂, l₂) = (max, exp(m − max) · l + exp(m₂ − max) · l₂)',
  losses: 'n = m + log l,  loss = log(1 + exp(n − z⁺)),  lse = z⁺ + loss',
  'x-weights': 'W = logitScale · (Pʳ − I + Pᶜ − I) / 2N',
  'x-gradient': 'dX += W Y',
  'y-weights': 'W = logitScale · (Pʳ − I + Pᶜ − I) / 2N',
  'y-gradient': 'dY += Wᵀ X',
};

export function contrastiveTitle({ phase, rows, cols }: ContrastiveStep, loss: Loss): string {
  const place = rows && cols ? `rows ${rangeWords(rows)}, columns ${rangeWords(cols)}` : '';
  switch (phase) {
    case 'logits':
      return `Logits of one tile: ${place}`;
    case 'rows':
      return 'The tile, as its rows see it';
    case 'columns':
      return 'The same tile, as its columns see it';
    case 'merge':
      return 'The row blocks’ columns are put together';
    case 'losses':
      return lossOf(loss).pairwise ? 'The rows’ losses are added up' : 'From statistics to losses';
    case 'x-weights':
      return lossOf(loss).pairwise ? 'Each pair: its loss, and its weight' : `The tile again: ${place}`;
    case 'y-weights':
      return `The tile again: ${place}`;
    case 'x-gradient':
      return `Gradient of x, ${rows ? `rows ${rangeWords(rows)}` : ''}`;
    case 'y-gradient':
      return `Gradient of y, ${cols ? `rows ${rangeWords(cols)}` : ''}`;
  }
}

export const CONTRASTIVE_WORDS: Readonly<Record<ContrastivePhase, string>> = {
  logits:
    'Every row of x meets every row of y of the tile: dot products in registers. Where the pair belongs together (outlined), the logit is the positive’s, which an earlier pass found.',
  rows: 'Each row takes the tile’s negatives into its running maximum and sum. Positives stay out, so that 1 − P keeps its digits where they dominate.',
  columns:
    'The symmetric loss needs a softmax along columns too. They are summed from the same tile before it is forgotten, so one product serves both directions.',
  merge:
    'Each row block has seen its own rows only, and has left two numbers per column. A small pass merges them into the maximum and the sum that one softmax over all rows would have.',
  losses:
    'Negatives n and positive z⁺ give the lse and the loss of each row and column. From here on, two numbers for each are all that is left of the matrix.',
  'x-weights':
    'The tile was forgotten, so it is computed again, and turned into the weight of each pair in the gradient: positives are pulled together (minus), negatives pushed apart (plus).',
  'x-gradient':
    'The tile’s weights times the rows of y are added to the gradient of x. Its rows belong to one workgroup: no atomics, and the same bits in every run.',
  'y-weights':
    'The same kernel with x and y exchanged: now a workgroup owns columns and walks rows, blockM wide and blockN high.',
  'y-gradient': 'The transposed weights times the rows of x are added to the gradient of y.',
};
