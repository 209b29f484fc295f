import { describe, expect, test } from 'vitest';
import { attentionBackward } from '../../src/operations/attention-backward/operation.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem, type AttentionProblem } from '../../src/operations/attention/problem.ts';
import { bind } from '../../src/core/bind.ts';
import { CORNERS, DEFAULT_TILES, TILE_SHAPES } from '../../src/operations/attention/corners.ts';
import { smallTiles, trial, useSession } from '../support/gpu.ts';

const session = useSession();

for (const { id } of attention.variants) {
  describe(`attention ${id}`, () => {
    for (const [name, partial] of Object.entries(CORNERS)) {
      test(name, async () => {
        const problem = bind(attention, attentionProblem(partial), session().identity);
        const params = smallTiles(problem, id);
        const { deviation } = await trial(session(), problem, { variant: id, params });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
    for (const name of id === 'naive' ? [] : DEFAULT_TILES) {
      test(`${name}, default tiles`, async () => {
        const problem = bind(attention, attentionProblem(CORNERS[name] ?? {}), session().identity);
        const { deviation } = await trial(session(), problem, { variant: id });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
  });
}

describe('tile shapes', () => {
  for (const variant of ['two-pass', 'flash', 'split-kv']) {
    for (const params of TILE_SHAPES) {
      test(`${variant} ${JSON.stringify(params)}`, async () => {
        const problem = bind(
          attention,
          attentionProblem({
            numHeads: 2,
            numKVHeads: 1,
            seqLenQ: 45,
            seqLenKV: 75,
            headDim: 19,
            causal: 'bottom-right',
          }),
          session().identity,
        );
        const { deviation } = await trial(session(), problem, { variant, params });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
  }
});

describe('split keys', () => {
  const long = { numHeads: 4, numKVHeads: 2, seqLenQ: 3, seqLenKV: 500, headDim: 16 } as const;
  const problems: Readonly<Record<string, Partial<AttentionProblem>>> = {
    dense: long,
    'causal, splits that see nothing': { ...long, seqLenQ: 300, causal: 'top-left' },
    'window, so that most splits are empty': { ...long, causal: 'bottom-right', window: [40, 0] },
    'sinks and lengths': { ...long, batch: 2, sinks: true, seqLensKV: [500, 0] },
    'huge logits': { ...long, softmaxScale: 30 },
  };
  for (const [name, partial] of Object.entries(problems)) {
    for (const splits of [2, 7, 64]) {
      test(`${name}, ${splits} splits`, async () => {
        const problem = bind(attention, attentionProblem(partial), session().identity);
        const { deviation } = await trial(session(), problem, { variant: 'split-kv', params: { splits } });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
  }

  test('are preferred for few queries and many keys alone', () => {
    const preferred = (partial: Partial<AttentionProblem>) =>
      bind(attention, attentionProblem(partial), session().identity).preferred().id;
    expect(preferred({ seqLenQ: 1, seqLenKV: 8192 })).toBe('split-kv');
    expect(preferred({ seqLenQ: 1, seqLenKV: 64 })).toBe('flash');
    expect(preferred({ numHeads: 64, seqLenQ: 4096 })).toBe('flash');
  });
});

describe('biases of −∞ and −30000 hide', () => {
  const shape = { numHeads: 2, seqLenQ: 40, seqLenKV: 70, headDim: 16, biasShape: [40, 70] } as const;
  for (const operation of [attention, attentionBackward]) {
    for (const { id } of operation.variants) {
      test(`${operation.id} ${id}`, async () => {
        const problem = bind(operation, attentionProblem(shape), session().identity);
        const inputs = problem.inputs(7);
        const bias = Float32Array.from({ length: 40 * 70 }, (_, i) => {
          const [row, key] = [Math.floor(i / 70), i % 70];
          // Row 3 sees nothing at all.
          if (row === 3 || key % 5 === 0) return -Infinity;
          return key % 7 === row % 7 ? -30000 : 0.01 * key;
        });
        const { deviation, outputs } = await trial(session(), problem, {
          variant: id,
          inputs: { ...inputs, bias },
        });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
        const line = outputs['output'] ?? outputs['queryGrad'];
        expect(line?.slice(3 * 16, 4 * 16)).toEqual(new Float32Array(16));
      });
    }
  }
});

describe('f16 tensors', () => {
  for (const operation of [attention, attentionBackward]) {
    for (const { id } of operation.variants) {
      test(`${operation.id} ${id}`, async ({ skip }) => {
        if (!session().identity.features.includes('shader-f16')) skip('no shader-f16 here');
        // Odd counts, so that the last word of a buffer is half empty.
        const shape = {
          numHeads: 3,
          seqLenQ: 37,
          seqLenKV: 53,
          headDim: 13,
          headDimV: 7,
          dtype: 'f16',
        } as const;
        const problem = bind(operation, attentionProblem(shape), session().identity);
        const { deviation } = await trial(session(), problem, { variant: id });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
  }

  test('are refused by reason where the device has no shader-f16', () => {
    const { features, ...device } = session().identity;
    const without = { ...device, features: features.filter((feature) => feature !== 'shader-f16') };
    const problem = bind(attention, attentionProblem({ dtype: 'f16' }), without);
    expect(problem.variant('flash').supported).toContain('shader-f16');
  });
});

test('a row that sees no key gives output 0 and lse −∞', async () => {
  const problem = bind(
    attention,
    attentionProblem({ seqLenQ: 5, seqLenKV: 2, headDim: 4, causal: 'bottom-right' }),
    session().identity,
  );
  for (const { id } of attention.variants) {
    const { outputs } = await trial(session(), problem, { variant: id });
    expect([...(outputs['lse'] ?? [])].slice(0, 3)).toEqual([-Infinity, -Infinity, -Infinity]);
    expect([...(outputs['output'] ?? [])].slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 0));
  }
});
