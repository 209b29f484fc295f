import type { AttentionPhase, AttentionStep, TracedTile } from '../../../operations/attention/trace.ts';
import type { ExcerptSpec } from '../../../core/excerpt.ts';
import { counted, rangeWords } from './numbers.ts';

const KERNEL = 'attention/flash_forward.wesl';
const SOFTMAX = 'lib/online_softmax_tile.wesl';

/** Where the kernel does each step. */
export const ATTENTION_EXCERPTS: Readonly<Record<AttentionPhase, readonly ExcerptSpec[]>> = {
  start: [
    { file: KERNEL, from: 'var sums: array<f32, ROWS * COLS_V>;', to: 'var softmax = start();' },
    { file: KERNEL, from: 'for (var step = steps.first; step < steps.end' },
  ],
  scores: [
    { file: KERNEL, from: 'let scores = score_tile(local_index, block, step);' },
    {
      file: 'lib/dot_tile.wesl',
      from: 'for (var k = 0u; k < STAGE_DEPTH; k++) {',
      to: 'tile[r * COLS + c] = fma(a[r], b, tile[r * COLS + c]);',
    },
  ],
  max: [
    { file: KERNEL, from: 'let advanced = advance_rows(local_index, softmax, scores);' },
    { file: SOFTMAX, from: 'raised.peak = row_max(local_index, own_peaks(before.peak, scores));' },
    { file: SOFTMAX, from: 'let base = base_of(raised.peak[r]);', to: 'let shrink = power(' },
  ],
  weights: [{ file: SOFTMAX, from: 'var total = before.total[r] * shrink;', to: 'total += weight;' }],
  output: [
    { file: KERNEL, from: 'softmax = advanced.state;', to: 'sums[r * COLS_V + c] *= advanced.shrink[r];' },
    {
      file: KERNEL,
      from: 'share_weights(local_index, advanced.weights);',
      to: 'add_weighted(local_index, value',
    },
  ],
  finish: [
    { file: KERNEL, from: 'scales[r] = scale * inverse_of(stats);', to: 'output[row * WIDTH + column] =' },
  ],
};

/** The lines that run where a row does not see some key. */
export const MASK_EXCERPT: ExcerptSpec = {
  file: 'attention/lib/tile.wesl',
  from: 'var seen = visible_slots(place.group, token);',
  to: 'scores[at] = select(LOWEST, scores[at], sees);',
};

export const ATTENTION_FORMULAS: Readonly<Record<AttentionPhase, string>> = {
  start: 'm = −∞,  l = 0,  O = 0',
  scores: 'S = softmaxScale · Q Kᵀ',
  max: 'm′ = max(m, rowmax S),  shrink = exp(m − m′)',
  weights: 'P = exp(S − m′),  l′ = shrink · l + rowsum P',
  output: 'O′ = shrink · O + P V',
  finish: 'output = O / l,  lse = m + log l',
};

export function attentionTitle({ phase, rows, keys }: AttentionStep): string {
  const block = `rows ${rangeWords(rows)}`;
  switch (phase) {
    case 'start':
      return `A workgroup takes query ${block}`;
    case 'scores':
      return `Scores of one tile: ${block}, keys ${keys ? rangeWords(keys) : ''}`;
    case 'max':
      return 'The running maximum';
    case 'weights':
      return 'Weights, and the running sum';
    case 'output':
      return 'The values join the accumulator';
    case 'finish':
      return 'Divide once, write once';
  }
}

export function attentionWords(step: AttentionStep, tiles: readonly TracedTile[]): string {
  switch (step.phase) {
    case 'start':
      return `No key has been seen: the maximum is −∞, sum and accumulator are 0. ${walkWords(tiles)}`;
    case 'scores':
      return scoreWords(step);
    case 'max':
      return maxWords(step);
    case 'weights':
      return 'Exponentials of scores less the maximum never exceed 1. The sum so far shrinks to the new maximum, then the tile’s weights are added.';
    case 'output':
      return 'The accumulator shrinks by the same factor, and the tile’s weights times its values are added. Then the tile is forgotten: nothing of it was written to memory.';
    case 'finish':
      return 'The rows have met every key that they see. The accumulator is divided by the sum; output and lse are all that leaves the workgroup.';
  }
}

function walkWords(tiles: readonly TracedTile[]): string {
  const skipped = tiles.filter(({ kind }) => kind === 'skipped').length;
  const full = tiles.filter(({ kind }) => kind === 'full').length;
  const visited = tiles.length - skipped;
  const masked = visited - full;
  const steps = [
    `walk ${counted(visited, 'tile')} of keys`,
    ...(masked > 0 ? [`ask the mask in ${masked} of them`] : []),
    ...(skipped > 0 ? [`skip ${skipped} that none of its rows sees`] : []),
  ];
  return `It will ${new Intl.ListFormat('en').format(steps)}.`;
}

function scoreWords({ rows, keys, tile = [] }: AttentionStep): string {
  const pairs = tile.flat();
  const hidden = pairs.filter((score) => score === -Infinity).length;
  const products = `${rows.end - rows.first} × ${keys ? keys.end - keys.first : 0} dot products, kept in registers.`;
  return hidden === 0
    ? `${products} Every row sees every key here: no mask is asked.`
    : `${products} The mask hides ${hidden} of ${pairs.length}: they become −∞.`;
}

function maxWords({ states }: AttentionStep): string {
  const first = states.filter(({ shrink, peak }) => shrink === 0 && peak !== -Infinity).length;
  const moved = states.filter(({ shrink }) => shrink > 0 && shrink < 1).length;
  if (first > 0) return `First visible keys for ${counted(first, 'row')}: from −∞ to a maximum.`;
  if (moved === 0) return 'No row found a larger score: nothing will have to shrink.';
  return `In ${counted(moved, 'row')} the maximum moves: the sums against the old one have to shrink.`;
}
