import { describe, expect, test } from 'vitest';
import { runOnce } from '../../src/gpu/session.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import { presetList, presets } from '../../src/operations/attention/presets/index.ts';
import type { Modifiers } from '../../src/operations/attention/presets/preset.ts';
import { optionInputs } from '../../src/core/option-data.ts';
import { attentionOptions } from '../../src/operations/attention/options/index.ts';
import { bind } from '../../src/core/bind.ts';
import { requireArray } from '../../src/core/checks.ts';
import { normals } from '../../src/core/random.ts';
import type { ScoreMod } from '../../src/operations/attention/twins.ts';
import { compare } from '../../src/core/deviation.ts';
import { attentionDeviation } from '../support/attention-deviation.ts';
import { smallTiles, trial, useSession } from '../support/gpu.ts';

const session = useSession();

const table = (heads: number, columns: number): number[][] =>
  Array.from({ length: heads }, (_, head) => [...normals(columns, 40 + head)]);

/** By preset: modifiers, and a problem that no tile divides. */
const CASES: Readonly<Record<string, readonly (readonly [Partial<AttentionProblem>, Modifiers])[]>> = {
  causal: [
    [{ seqLenQ: 67 }, presets.causal.modifiers({})],
    [{ seqLenQ: 41, seqLenKV: 83 }, presets.causal.modifiers({ offset: 42 })],
    [{ seqLenQ: 41, seqLenKV: 19 }, presets.causal.modifiers({ offset: -22 })],
  ],
  'sliding-window': [
    [{ seqLenQ: 97 }, presets.slidingWindow.modifiers({ left: 20, right: 3 })],
    [{ seqLenQ: 53, seqLenKV: 90 }, presets.slidingWindow.modifiers({ left: 0, right: 0, offset: 37 })],
  ],
  dilated: [[{ seqLenQ: 97 }, presets.dilated.modifiers({ left: 5, right: 2, dilation: 7 })]],
  'prefix-lm': [
    [{ seqLenQ: 67 }, presets.prefixLm.modifiers({ prefix: 37 })],
    [{ seqLenQ: 41, seqLenKV: 60 }, presets.prefixLm.modifiers({ prefix: 23, offset: 19 })],
  ],
  document: [[{ seqLenQ: 101 }, presets.document.modifiers({ starts: [1, 40, 41, 77] })]],
  'shared-prefix': [[{ seqLenQ: 101 }, presets.sharedPrefix.modifiers({ prefix: 29, starts: [47, 83] })]],
  'sink-window': [[{ seqLenQ: 101 }, presets.sinkWindow.modifiers({ sinks: 3, left: 11 })]],
  neighbourhood: [
    [{ seqLenQ: 77 }, presets.neighbourhood.modifiers({ height: 7, width: 11, kernel: 5 })],
    [{ seqLenQ: 35 }, presets.neighbourhood.modifiers({ height: 5, width: 7, kernel: 1 })],
  ],
  tree: [
    [
      { seqLenQ: 17, seqLenKV: 40 },
      presets.tree.modifiers({
        prefix: 23,
        parents: [-1, 0, 0, 1, 1, 2, 3, 5, -1, 8, 8, 9, 11, 12, 10, 14, 7],
      }),
    ],
    [{ seqLenQ: 5 }, presets.tree.modifiers({ prefix: 0, parents: [-1, 0, 1, 1, 2] })],
  ],
  chunked: [
    [{ seqLenQ: 77 }, presets.chunked.modifiers({ size: 10, left: 7, right: 3 })],
    [{ seqLenQ: 41, seqLenKV: 60 }, presets.chunked.modifiers({ size: 16, left: 0, right: 0, offset: -5 })],
  ],
  alibi: [
    [
      { numHeads: 3, seqLenQ: 37, seqLenKV: 53 },
      presets.alibi.modifiers({ slopes: [0.5, 0.1, 0.02], offset: 16 }),
    ],
  ],
  softcap: [[{ seqLenQ: 41, softmaxScale: 2 }, presets.softcap.modifiers({ cap: 5 })]],
  'relative-bias': [
    [
      { numHeads: 2, seqLenQ: 67 },
      presets.relativeBias.modifiers({ table: table(2, 16), bidirectional: true, maxDistance: 40 }),
    ],
    [
      { numHeads: 2, seqLenQ: 37, seqLenKV: 67, causal: 'bottom-right' },
      presets.relativeBias.modifiers({
        table: table(2, 32),
        bidirectional: false,
        maxDistance: 50,
        offset: 30,
      }),
    ],
    [
      { seqLenQ: 20 },
      presets.relativeBias.modifiers({ table: table(1, 4), bidirectional: true, maxDistance: 2 }),
    ],
  ],
  cosine: [
    [{ numHeads: 2, seqLenQ: 35, softmaxScale: 0.05 }, presets.cosine.modifiers({ logitScales: [10, 100] })],
    [
      { numHeads: 2, seqLenQ: 35, softmaxScale: 0.05 },
      presets.cosine.modifiers({ logitScales: [10, 3], height: 5, width: 7, table: table(2, 117) }),
    ],
  ],
};

test('every preset is here', () => {
  expect(Object.keys(CASES)).toEqual(presetList.map(({ id }) => id));
});

// Every variant runs modifiers in `modifiers.test.ts`: here the first and the one that users get.
describe('presets', () => {
  for (const [name, cases] of Object.entries(CASES)) {
    test(name, async () => {
      for (const [partial, modifiers] of cases) {
        const whole = attentionProblem({ headDim: 8, ...partial, ...modifiers });
        const problem = bind(attention, whole, session().identity);
        for (const variant of new Set([attention.variants[0]?.id ?? '', problem.preferred().id])) {
          const params = smallTiles(problem, variant);
          const { deviation } = await trial(session(), problem, { variant, params });
          expect(deviation, `${variant}: relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
        }
      }
    });
  }
});

describe('presets agree with the options of the same name', () => {
  const shape = { numHeads: 2, seqLenQ: 53, seqLenKV: 90, headDim: 8 } as const;
  const slopes = [0.3, 0.07];
  const pairs: Record<string, [Partial<AttentionProblem>, Modifiers]> = {
    causal: [{ causal: 'bottom-right' }, presets.causal.modifiers({ offset: 37 })],
    'causal, top-left': [{ causal: 'top-left' }, presets.causal.modifiers({})],
    window: [{ window: [9, 4] }, presets.slidingWindow.modifiers({ left: 9, right: 4, offset: 37 })],
    alibi: [{ alibi: true }, presets.alibi.modifiers({ slopes, offset: 37 })],
    softcap: [{ softcap: 3, softmaxScale: 2 }, presets.softcap.modifiers({ cap: 3 })],
  };
  for (const [name, [option, modifiers]] of Object.entries(pairs)) {
    test(name, async () => {
      const builtIn = attentionProblem({ ...shape, ...option });
      const own = attentionProblem({ ...shape, softmaxScale: builtIn.softmaxScale, ...modifiers });
      const inputs = {
        ...bind(attention, builtIn, session().identity).inputs(3),
        ...optionInputs(attentionOptions, builtIn, { alibiSlopes: Float32Array.from(slopes) }, 3),
      };
      const outputs = async (problem: AttentionProblem) => {
        const bound = bind(attention, problem, session().identity);
        const plan = bound.variant('flash', smallTiles(bound, 'flash')).plan();
        return (await session().guard(runOnce(session(), plan, inputs, {}))).outputs;
      };
      const [expected, actual] = [await outputs(builtIn), await outputs(own)];
      for (const output of ['output', 'lse']) {
        const pair = { actual: requireArray(actual, output), expected: requireArray(expected, output) };
        const { ok, relL2 } = compare([pair], 2e-6, '');
        expect(ok, `${output}: relative L2 ${relL2}`).toBe(true);
      }
    });
  }
});

describe('derivatives of scores are those of the twins', () => {
  const central = (twin: ScoreMod): ScoreMod => {
    const step = 1e-4;
    return (score, ...place) => (twin(score + step, ...place) - twin(score - step, ...place)) / (2 * step);
  };
  for (const preset of presetList) {
    const { scoreModGrad } = preset.modifiers(preset.example);
    const { scoreMod } = preset.twins(preset.example);
    if (scoreModGrad === undefined || scoreMod === undefined) continue;
    test(preset.id, async () => {
      // The derivative in the place of the modifier itself, where it becomes the scores.
      const heads = preset.id === 'cosine' ? 2 : 1;
      const problem = attentionProblem({
        numHeads: heads,
        seqLenQ: 20,
        headDim: 8,
        softmaxScale: 9,
        scoreMod: scoreModGrad,
      });
      const bound = bind(attention, problem, session().identity);
      const inputs = bound.inputs(5);
      const { outputs } = await session().guard(
        runOnce(session(), bound.variant('naive').plan(), inputs, {}),
      );
      const { ok, relL2 } = attentionDeviation(problem, inputs, outputs, { scoreMod: central(scoreMod) });
      expect(ok, `relative L2 ${relL2}`).toBe(true);
    });
  }
});

test('a modifier of one’s own runs, but cannot be verified', async () => {
  const problem = bind(
    attention,
    attentionProblem({ seqLenQ: 9, maskMod: 'return true;' }),
    session().identity,
  );
  await expect(trial(session(), problem, { variant: 'flash' })).rejects.toThrow("maskMod is not a preset's");
});
