/** Checks that the checks can fail: each mistake must show at the corner where `operations.test.ts` would meet it. */
import { expect, test } from 'vitest';
import { Runner } from '../../src/gpu/runner.ts';
import { runOnce } from '../../src/gpu/session.ts';
import { SHADER_SOURCES } from '../../src/gpu/sources.ts';
import { TESTED } from '../support/operations.ts';
import { atCorner, trialsOf } from '../support/trials.ts';
import { useSession } from '../support/gpu.ts';

interface Mistake {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly operation: string;
  readonly corner: string;
  readonly variant: string;
}

const MISTAKES: readonly Mistake[] = [
  {
    name: 'sums that are not rescaled when the maximum moves',
    file: 'attention/flash_forward.wesl',
    from: 'sums[r * COLS_V + c] *= advanced.shrink[r];',
    to: '',
    operation: 'attention',
    corner: 'causal, more keys',
    variant: 'flash',
  },
  {
    name: 'a causal diagonal off by one',
    file: 'attention/lib/params.wesl',
    from: 'reach.diagonal + right + 1,',
    to: 'reach.diagonal + right,',
    operation: 'attention',
    corner: 'causal, more keys',
    variant: 'flash',
  },
  {
    name: 'a last key tile taken for full',
    file: 'attention/lib/row_block.wesl',
    from: '(first + count > block.all_see.end)',
    to: '(first > block.all_see.end)',
    operation: 'attention',
    corner: 'causal, more keys',
    variant: 'two-pass',
  },
  {
    name: 'a partly hidden tile taken for full',
    file: 'attention/classify_tiles.wesl',
    from: 'seen.some && seen.all);',
    to: 'seen.some);',
    operation: 'attention',
    corner: 'documents by a maskMod',
    variant: 'flash',
  },
  {
    name: 'a partly hidden tile taken for empty',
    file: 'attention/classify_tiles.wesl',
    from: 'select(EMPTY, PARTIAL, seen.some)',
    to: 'EMPTY',
    operation: 'attention',
    corner: 'documents by a maskMod',
    variant: 'two-pass',
  },
  {
    name: 'keys past the end in a tile taken for full',
    file: 'attention/classify_tiles.wesl',
    from: 'first + BLOCK_N <= params.seq_len_kv);',
    to: 'true);',
    operation: 'attention',
    corner: 'documents by a maskMod',
    variant: 'flash',
  },
  {
    name: 'the list of another row block',
    file: 'attention/lib/tile_list.wesl',
    from: ' + block) * (1 + tiles)',
    to: ') * (1 + tiles)',
    operation: 'attention',
    corner: 'documents by a maskMod',
    variant: 'two-pass',
  },
  {
    name: 'a block of another row of the block mask',
    file: 'attention/lib/block_mask.wesl',
    from: 'token / params.block_m * params.block_row',
    to: '(token + 1) / params.block_m * params.block_row',
    operation: 'attention',
    corner: 'block mask, no whole tiles, by entry and head, GQA',
    variant: 'flash',
  },
  {
    name: 'row tiles that are left out of the transposed list',
    file: 'attention/list_tiles.wesl',
    from: 'lists[list] = length;',
    to: 'lists[list] = max(length, 1u) - 1u;',
    operation: 'attention-backward',
    corner: 'block mask, whole tiles',
    variant: 'flash',
  },
  {
    name: 'a user’s mask that is left out of partly hidden tiles',
    file: 'attention/lib/tile.wesl',
    from: '@if(MASK_MOD) scores = masked(local_index, place, scores);',
    to: '',
    operation: 'attention',
    corner: 'documents by a maskMod',
    variant: 'flash',
  },
  {
    name: 'a row that hidden values made NaN, mended with all of them',
    file: 'attention/mend_rows.wesl',
    from: 'if !vanishes(above) {',
    to: 'if true {',
    operation: 'attention',
    corner: 'hidden by a bias of −∞',
    variant: 'flash',
  },
  {
    name: 'a second term that goes without that of the maximum',
    file: 'lib/online_softmax_tile.wesl',
    from: 'rests[r * COLS + c] - state.rest[r]',
    to: 'rests[r * COLS + c]',
    operation: 'attention',
    corner: 'all keys of a row have a huge bias, two terms',
    variant: 'flash',
  },
  {
    name: 'a probability that is never normalised',
    file: 'attention/naive_softmax.wesl',
    from: 'let quotient = p / stats.total;',
    to: 'let quotient = p;',
    operation: 'attention',
    corner: 'causal, more keys',
    variant: 'naive',
  },
  {
    name: 'a gradient without its delta',
    file: 'attention/lib/gradient.wesl',
    from: 'tile.scores[at] - data.delta',
    to: 'tile.scores[at]',
    operation: 'attention-backward',
    corner: 'softcap, sinks and a bias shared by entries',
    variant: 'flash',
  },
  {
    name: 'keys that hear of one head of their group alone',
    file: 'attention/lib/walk/rows_range.wesl',
    from: 'run, params.group_size * tiles_of(run))',
    to: 'run, tiles_of(run))',
    operation: 'attention-backward',
    corner: 'softcap, sinks and a bias shared by entries',
    variant: 'flash',
  },
  {
    name: 'a softcap without its slope',
    file: 'attention/lib/chain/to_dots.wesl',
    from: 'grad * slope_before_bias(dots[at], terms)',
    to: 'grad',
    operation: 'attention-backward',
    corner: 'softcap, sinks and a bias shared by entries',
    variant: 'flash',
  },
  {
    name: 'a bias gradient of one batch entry alone',
    file: 'attention/flash_backward_bias.wesl',
    from: 'entry < part.entries.end',
    to: 'entry < part.entries.first + 1',
    operation: 'attention-backward',
    corner: 'softcap, sinks and a bias shared by entries',
    variant: 'flash',
  },
  {
    name: 'a sink gradient of the wrong sign',
    file: 'attention/backward_rows.wesl',
    from: '-exp(sink - data.base',
    to: 'exp(sink - data.base',
    operation: 'attention-backward',
    corner: 'softcap, sinks and a bias shared by entries',
    variant: 'flash',
  },
  {
    name: 'splits that overlap',
    file: 'attention/lib/row_block.wesl',
    from: 'first + share));',
    to: 'first + share + 1));',
    operation: 'attention',
    corner: 'many keys',
    variant: 'split-kv',
  },
  {
    name: 'weights of another member of the team',
    file: 'lib/weighted_tile.wesl',
    from: 'of_members(weights[r * COLS + j / TILE_COLS])',
    to: 'vec4f(weights[r * COLS + j / TILE_COLS])',
    operation: 'attention',
    corner: 'loads by quads',
    variant: 'flash',
  },
  {
    name: 'values of another key of a tile that is staged whole',
    file: 'lib/weighted_tile.wesl',
    from: '(c * TILE_COLS + s) * VALUE_STRIDE',
    to: '(c * TILE_COLS) * VALUE_STRIDE',
    operation: 'attention',
    corner: 'tiles staged whole',
    variant: 'flash',
  },
  {
    name: 'the other of two vectors that are staged side by side',
    file: 'lib/weighted_tile.wesl',
    from: 'own_col(local_index) + column / 4',
    to: 'own_col(local_index)',
    operation: 'attention-backward',
    corner: 'tiles staged whole',
    variant: 'flash',
  },
  {
    name: 'a positive counted among the negatives',
    file: 'contrastive/tiled_stats.wesl',
    from: '& !positive & !hidden',
    to: '& !hidden',
    operation: 'contrastive',
    corner: 'several blocks each way',
    variant: 'tiled',
  },
  {
    name: 'padding that takes part in the columns',
    file: 'contrastive/tiled_stats.wesl',
    from: '(i <= rows.last) & (j < panel_end)',
    to: '(j < panel_end)',
    operation: 'contrastive',
    corner: 'several blocks each way',
    variant: 'tiled',
  },
  {
    name: 'a gradient without the column direction',
    file: 'contrastive/lib/pair.wesl',
    from: 'part_of(given, other, scale, similar, positive).slope',
    to: '0.0',
    operation: 'contrastive',
    corner: 'several blocks each way',
    variant: 'tiled',
  },
  {
    name: 'a row that meets itself',
    file: 'contrastive/lib/positives/views.wesl',
    from: 'return i == j;',
    to: 'return false;',
    operation: 'contrastive',
    corner: 'nt-xent',
    variant: 'tiled',
  },
  {
    name: 'a partner on the wrong side',
    file: 'contrastive/lib/positives/views.wesl',
    from: 'index - params.view_rows, index + params.view_rows',
    to: 'index, index + params.view_rows',
    operation: 'contrastive',
    corner: 'nt-xent',
    variant: 'tiled',
  },
  {
    name: 'a class without others that takes part all the same',
    file: 'contrastive/loss/sup_con.wesl',
    from: 'LineLoss(neutral(line), or_nan(lse',
    to: 'LineLoss(line, or_nan(lse',
    operation: 'contrastive',
    corner: 'sup-con',
    variant: 'tiled',
  },
  {
    name: 'a positive that is decoupled from the loss but not from the gradient',
    file: 'contrastive/lib/decoupled.wesl',
    from: 'select(push, -line.pair, positive)',
    to: 'select(push, push - line.pair, positive)',
    operation: 'contrastive',
    corner: 'dcl of two tensors',
    variant: 'tiled',
  },
  {
    name: 'weights of positives taken for constants',
    file: 'contrastive/weighted_positives.wesl',
    from: 'weight - slope, excess',
    to: 'weight, excess',
    operation: 'contrastive',
    corner: 'dclw of two tensors',
    variant: 'tiled',
  },
  {
    name: 'a bias that the loss does not see',
    file: 'contrastive/loss/siglip.wesl',
    from: ' + given.logit_bias',
    to: '',
    operation: 'contrastive',
    corner: 'siglip',
    variant: 'tiled',
  },
  {
    name: 'a gradient that stops at the normalisation',
    file: 'contrastive/normalize_gradient.wesl',
    from: 'fma(-along, norm * rows[at], gradient[at])',
    to: 'gradient[at]',
    operation: 'contrastive',
    corner: 'normalised',
    variant: 'tiled',
  },
  {
    name: 'duplicates that count as negatives',
    file: 'contrastive/lib/pair.wesl',
    from: ' | (own.id == other.id)',
    to: '',
    operation: 'contrastive',
    corner: 'duplicate ids',
    variant: 'tiled',
  },
  {
    name: 'a false negative that columns leave out by the row\u2019s limit',
    file: 'contrastive/tiled_stats.wesl',
    from: 'believed(other, z)',
    to: 'believed(own[r], z)',
    operation: 'contrastive',
    corner: 'false negatives left out',
    variant: 'tiled',
  },
  {
    name: 'a margin that the gradient of the scale forgets',
    file: 'contrastive/lib/pair.wesl',
    from: 'similar - select(0.0, given.margin, positive)',
    to: 'similar',
    operation: 'contrastive',
    corner: 'with a margin',
    variant: 'tiled',
  },
  {
    name: 'smoothing that counts the candidates of the row for the column',
    file: 'contrastive/tiled_columns.wesl',
    from: 'lines[at].count = merged.count;',
    to: 'lines[at].count = f32(params.num_rows);',
    operation: 'contrastive',
    corner: 'smoothed, with duplicate ids',
    variant: 'tiled',
  },
  {
    name: 'states that are merged without their sums',
    file: 'attention/merge_states.wesl',
    from: 'state.total * exp(held_up(above))',
    to: 'exp(held_up(above))',
    operation: 'shared-prefix',
    corner: 'several queries, a short prefix',
    variant: 'hydragen',
  },
  {
    name: 'a last column that is clamped to its neighbour',
    file: 'lib/dot_tile.wesl',
    from: 'c * TILE_COLS, cols.last)',
    to: 'c * TILE_COLS, cols.last - 1)',
    operation: 'matmul',
    corner: 'odd tiles',
    variant: 'tiled',
  },
  {
    name: 'a last row that is clamped to its neighbour on its way to the stage',
    file: 'lib/dot_tile.wesl',
    from: 'left_row(min(rows.first + row, rows.last))',
    to: 'left_row(min(rows.first + row, rows.last - 1))',
    operation: 'matmul',
    corner: 'odd tiles',
    variant: 'tiled',
  },
];

const session = useSession();

for (const { name, file, from, to, operation, corner, variant } of MISTAKES) {
  test(`${operation} ${variant}: ${name} is noticed`, async ({ skip }) => {
    const text = SHADER_SOURCES[file] ?? '';
    expect(text).toContain(from);
    const runner = new Runner(session().device, { ...SHADER_SOURCES, [file]: text.replace(from, to) });
    const trials = trialsAt(operation, variant, corner);
    expect(trials).not.toHaveLength(0);
    let [ran, noticed] = [false, false];
    for (const { problem, inputs, params } of trials) {
      const { supported, ...bound } = problem.variant(variant, params);
      if (supported !== true || noticed) continue;
      const { outputs } = await session().guard(runOnce({ ...session(), runner }, bound.plan(), inputs, {}));
      ran = true;
      noticed = !problem.verify(inputs, outputs, Infinity).ok;
    }
    runner.destroy();
    if (!ran) skip('nothing at this corner runs here');
    expect(noticed).toBe(true);
  });
}

/** What `operations.test.ts` runs of a variant at a corner. */
function trialsAt(id: string, variantId: string, name: string) {
  const operation = TESTED.find((tested) => tested.id === id);
  const variant = operation?.variants.find((tested) => tested.id === variantId);
  const corner = operation?.corners.corners[name];
  if (operation === undefined || variant === undefined || corner === undefined) return [];
  return trialsOf(operation, variant)
    .filter((trial) => trial.corner === corner)
    .map(({ params }) => ({ params, ...atCorner(operation, corner, session().identity) }));
}
