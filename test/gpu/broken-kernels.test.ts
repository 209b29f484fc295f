import { expect, test } from 'vitest';
import { Runner } from '../../src/gpu/runner.ts';
import { SHADER_SOURCES } from '../../src/gpu/sources.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/problem.ts';
import { presets } from '../../src/operations/attention/presets/index.ts';
import { attentionBackward } from '../../src/operations/attention-backward/operation.ts';
import { attentionBackwardProblem } from '../../src/operations/attention-backward/problem.ts';
import { bind, type BoundProblem } from '../../src/core/bind.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem, type ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import type { Params } from '../../src/core/variant.ts';
import { SMALL } from '../../src/operations/contrastive/corners.ts';
import { smallTiles, trial, useSession } from '../support/gpu.ts';

/** Checks that the checks can fail: each of these mistakes must show as a wrong result. */
interface Mistake {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly problem: 'attention' | 'masked' | 'backward' | 'contrastive' | Partial<ContrastiveProblem>;
  readonly variant: string;
  readonly params?: Params;
}

const MISTAKES: readonly Mistake[] = [
  {
    name: 'sums that are not rescaled when the maximum moves',
    file: 'attention/flash_forward.wesl',
    from: 'sums[r * COLS_V + c] *= shrink;',
    to: '',
    problem: 'attention',
    variant: 'flash',
  },
  {
    name: 'a causal diagonal off by one',
    file: 'attention/lib/params.wesl',
    from: 'reach.diagonal + right + 1,',
    to: 'reach.diagonal + right,',
    problem: 'attention',
    variant: 'flash',
  },
  {
    name: 'a last key tile taken for full',
    file: 'attention/lib/tile.wesl',
    from: '(first + count > block.all_see.end)',
    to: '(first > block.all_see.end)',
    problem: 'attention',
    variant: 'two-pass',
  },
  {
    name: 'a partly hidden tile taken for full',
    file: 'attention/classify_tiles.wesl',
    from: 'some && all);',
    to: 'some);',
    problem: 'masked',
    variant: 'flash',
  },
  {
    name: 'a partly hidden tile taken for empty',
    file: 'attention/classify_tiles.wesl',
    from: 'select(EMPTY, PARTIAL, some)',
    to: 'EMPTY',
    problem: 'masked',
    variant: 'two-pass',
  },
  {
    name: 'keys past the end in a tile taken for full',
    file: 'attention/classify_tiles.wesl',
    from: 'first + BLOCK_N == end;',
    to: 'true;',
    problem: 'masked',
    variant: 'flash',
  },
  {
    name: 'the class of another row block',
    file: 'attention/lib/tile_classes.wesl',
    from: ' + row / BLOCK_M',
    to: '',
    problem: 'masked',
    variant: 'two-pass',
  },
  {
    name: 'a user’s mask that is left out of partly hidden tiles',
    file: 'attention/lib/tile.wesl',
    from: '@if(MASK_MOD) scores = masked(lane, place, scores);',
    to: '',
    problem: 'masked',
    variant: 'flash',
  },
  {
    name: 'a probability that is never normalised',
    file: 'attention/naive_softmax.wesl',
    from: 'scores[base + j] / sum,',
    to: 'scores[base + j],',
    problem: 'attention',
    variant: 'naive',
  },
  {
    name: 'a gradient without its delta',
    file: 'attention/lib/gradient.wesl',
    from: 'tile.scores[at] - data.delta',
    to: 'tile.scores[at]',
    problem: 'backward',
    variant: 'flash',
  },
  {
    name: 'keys that hear of one query head alone',
    file: 'attention/flash_backward_key_value.wesl',
    from: 'latest.end), params.group)',
    to: 'latest.end), 1u)',
    problem: 'backward',
    variant: 'flash',
  },
  {
    name: 'a softcap without its slope',
    file: 'attention/lib/gradient.wesl',
    from: '*= cap_slope(dots[r * COLS + c])',
    to: '*= 1.0',
    problem: 'backward',
    variant: 'flash',
  },
  {
    name: 'a bias gradient of one batch entry alone',
    file: 'attention/flash_backward_bias.wesl',
    from: 'entry < part.entries.end',
    to: 'entry < part.entries.first + 1',
    problem: 'backward',
    variant: 'flash',
  },
  {
    name: 'a sink gradient of the wrong sign',
    file: 'attention/backward_rows.wesl',
    from: '-sink.y * exp2(sink.x',
    to: 'sink.y * exp2(sink.x',
    problem: 'backward',
    variant: 'flash',
  },
  {
    name: 'splits that overlap',
    file: 'attention/lib/tile.wesl',
    from: 'block.some_see.first + share);',
    to: 'block.some_see.first + share + BLOCK_N);',
    problem: 'attention',
    variant: 'split-kv',
    params: { splits: 2 },
  },
  {
    name: 'weights of another member of the team',
    file: 'lib/weighted_tile.wesl',
    from: 'of_members(weights[r * COLS + j / TILE_COLS])',
    to: 'vec4f(weights[r * COLS + j / TILE_COLS])',
    problem: 'attention',
    variant: 'flash',
    params: { quads: 1 },
  },
  {
    name: 'a positive counted among the negatives',
    file: 'contrastive/tiled_stats.wesl',
    from: '& !positive & !hidden',
    to: '& !hidden',
    problem: 'contrastive',
    variant: 'tiled',
  },
  {
    name: 'padding that takes part in the columns',
    file: 'contrastive/tiled_stats.wesl',
    from: '(i < params.num_rows) & (j < panel_end)',
    to: '(j < panel_end)',
    problem: 'contrastive',
    variant: 'tiled',
  },
  {
    name: 'a gradient without the column direction',
    file: 'contrastive/lib/pair.wesl',
    from: 'terms.weight += scale_of(other, own) * slope;',
    to: '',
    problem: 'contrastive',
    variant: 'tiled',
  },
  {
    name: 'a row that meets itself',
    file: 'contrastive/lib/pair.wesl',
    from: '{ hidden = i == j; }',
    to: '{ hidden = false; }',
    problem: { loss: 'nt-xent', numRows: 50 },
    variant: 'tiled',
  },
  {
    name: 'a partner on the wrong side',
    file: 'contrastive/lib/pair.wesl',
    from: 'index - params.period, index + params.period',
    to: 'index, index + params.period',
    problem: { loss: 'nt-xent', numRows: 50 },
    variant: 'tiled',
  },
  {
    name: 'a class without others that takes part all the same',
    file: 'contrastive/line_losses.wesl',
    from: 'lines[at] = neutral(line);',
    to: '',
    problem: { loss: 'sup-con', numRows: 50 },
    variant: 'tiled',
  },
  {
    name: 'a positive that is decoupled from the loss but not from the gradient',
    file: 'contrastive/lib/pair.wesl',
    from: 'return select(push, -pull, positive);',
    to: 'return select(push, push - pull, positive);',
    problem: { loss: 'dcl', numRows: 50 },
    variant: 'tiled',
  },
  {
    name: 'weights of positives taken for constants',
    file: 'contrastive/weighted_positives.wesl',
    from: 'weight - slope, excess',
    to: 'weight, excess',
    problem: { loss: 'dclw', numRows: 50 },
    variant: 'tiled',
  },
  {
    name: 'a bias that the loss does not see',
    file: 'contrastive/lib/pair.wesl',
    from: ' + params.logit_bias',
    to: '',
    problem: { loss: 'siglip', numRows: 50, logitBias: -3 },
    variant: 'tiled',
  },
  {
    name: 'a gradient that stops at the normalisation',
    file: 'contrastive/normalize_gradient.wesl',
    from: 'fma(-along, norm * rows[at], gradient[at])',
    to: 'gradient[at]',
    problem: { numRows: 50, normalize: true },
    variant: 'tiled',
  },
  {
    name: 'duplicates that count as negatives',
    file: 'contrastive/lib/pair.wesl',
    from: 'hidden = hidden | (own.id == other.id);',
    to: '',
    problem: { numRows: 50, ids: true },
    variant: 'tiled',
  },
  {
    name: 'a false negative that columns leave out by the row\u2019s limit',
    file: 'contrastive/tiled_stats.wesl',
    from: 'believed(other, z)',
    to: 'believed(own[r], z)',
    problem: { numRows: 50, falseNegativeMargin: 0.05 },
    variant: 'tiled',
  },
  {
    name: 'a margin that the gradient of the scale forgets',
    file: 'contrastive/lib/pair.wesl',
    from: 'similar - select(0.0, params.margin, positive)',
    to: 'similar',
    problem: { numRows: 50, margin: 0.3 },
    variant: 'tiled',
  },
  {
    name: 'smoothing that counts the candidates of the row for the column',
    file: 'contrastive/tiled_columns.wesl',
    from: 'lines[at].count = merged.count;',
    to: 'lines[at].count = f32(params.num_rows);',
    problem: { numRows: 50, labelSmoothing: 0.2, ids: true },
    variant: 'tiled',
  },
];

const session = useSession();

function problemOf(problem: Mistake['problem']): BoundProblem {
  const { identity } = session();
  if (problem === 'attention') {
    return bind(
      attention,
      attentionProblem({ seqLenQ: 45, seqLenKV: 75, headDim: 16, causal: 'bottom-right', softmaxScale: 1 }),
      identity,
    );
  }
  // Of the tiles of 32 × 32, some are full, some empty and some neither, and the last ones are cut short.
  if (problem === 'masked') {
    const modifiers = presets.document.modifiers({ starts: [40] });
    return bind(
      attention,
      attentionProblem({ seqLenQ: 80, headDim: 8, softmaxScale: 1, ...modifiers }),
      identity,
    );
  }
  if (problem === 'backward') {
    return bind(
      attentionBackward,
      attentionBackwardProblem({
        batch: 2,
        numHeads: 4,
        numKVHeads: 2,
        seqLenQ: 45,
        seqLenKV: 75,
        headDim: 8,
        causal: 'bottom-right',
        softmaxScale: 1,
        softcap: 3,
        biasShape: [45, 75],
        sinks: true,
      }),
      identity,
    );
  }
  const partial = problem === 'contrastive' ? { numRows: 50 } : problem;
  return bind(contrastive, contrastiveProblem({ embedDim: 16, ...partial }), identity);
}

/** Tiles that compile fast, where the mistake does not ask for others. */
function paramsOf({ problem, variant }: Mistake): Params {
  if (problem === 'contrastive' || typeof problem === 'object') return SMALL;
  return problem === 'backward' ? smallTiles(problemOf(problem), variant) : {};
}

for (const mistake of MISTAKES) {
  const { name, file, from, to, problem, variant, params } = mistake;
  test(`${variant}: ${name} is noticed`, async () => {
    const text = SHADER_SOURCES[file] ?? '';
    expect(text).toContain(from);
    const chosen = { variant, params: params ?? paramsOf(mistake) };
    const right = await trial(session(), problemOf(problem), chosen);
    expect(right.deviation.ok).toBe(true);

    const runner = new Runner(session().device, { ...SHADER_SOURCES, [file]: text.replace(from, to) });
    const wrong = await trial({ ...session(), runner }, problemOf(problem), chosen);
    expect(wrong.deviation.ok).toBe(false);
    runner.destroy();
  });
}
