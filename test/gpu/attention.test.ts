import { describe, expect, test } from 'vitest';
import { attention } from '../../src/kernels/attention/operation.ts';
import { attentionProblem, type AttentionProblem } from '../../src/kernels/attention/problem.ts';
import { bind } from '../../src/kernels/bind.ts';
import { CORNERS } from '../support/attention-corners.ts';
import { trial, useSession } from '../support/gpu.ts';

const session = useSession();

for (const { id } of attention.variants) {
  describe(`attention ${id}`, () => {
    for (const [name, partial] of Object.entries(CORNERS)) {
      test(name, async () => {
        const problem = bind(attention, attentionProblem(partial), session().identity);
        const { deviation } = await trial(session(), problem, { variant: id });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
  });
}

describe('tile shapes', () => {
  const shapes = [
    { blockM: 8, blockN: 8, rows: 1, cols: 1, stageDepth: 0 },
    { blockM: 16, blockN: 32, rows: 2, cols: 8, stageDepth: 8 },
    { blockM: 64, blockN: 16, rows: 4, cols: 2, stageDepth: 16 },
    { blockM: 8, blockN: 64, rows: 8, cols: 16, stageDepth: 0 },
  ];
  for (const variant of ['two-pass', 'flash', 'split-kv']) {
    for (const params of shapes) {
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
