import { describe, expect, test } from 'vitest';
import { attention } from '../../src/kernels/attention/operation.ts';
import { attentionProblem, type AttentionProblem } from '../../src/kernels/attention/problem.ts';
import { bind } from '../../src/kernels/bind.ts';
import { trial, useSession } from '../support/gpu.ts';

const session = useSession();

const CORNERS: Readonly<Record<string, Partial<AttentionProblem>>> = {
  'one of everything': { headDim: 1 },
  'one query, many keys': { seqLenKV: 100, headDim: 16 },
  'many queries, one key': { seqLenQ: 67, seqLenKV: 1, headDim: 8 },
  'no multiple of any tile': { numHeads: 2, seqLenQ: 67, headDim: 20 },
  primes: { batch: 2, numHeads: 3, seqLenQ: 37, seqLenKV: 53, headDim: 13, headDimV: 7 },
  'exact tiles': { numHeads: 2, seqLenQ: 64, headDim: 64 },
  'headDim 256': { seqLenQ: 33, seqLenKV: 40, headDim: 256 },
  'headDimV larger': { seqLenQ: 20, headDim: 8, headDimV: 100 },
  causal: { numHeads: 2, seqLenQ: 70, headDim: 16, causal: 'bottom-right' },
  'causal, more keys': { seqLenQ: 19, seqLenKV: 83, headDim: 16, causal: 'bottom-right' },
  'causal, more queries: rows that see nothing': {
    seqLenQ: 83,
    seqLenKV: 19,
    headDim: 16,
    causal: 'bottom-right',
  },
  'causal top-left, more keys': { seqLenQ: 19, seqLenKV: 83, headDim: 16, causal: 'top-left' },
  'causal top-left, more queries': { seqLenQ: 83, seqLenKV: 19, headDim: 16, causal: 'top-left' },
  GQA: { batch: 2, numHeads: 6, numKVHeads: 2, seqLenQ: 29, headDim: 24 },
  'GQA, causal, heads meet in a block': {
    numHeads: 4,
    numKVHeads: 1,
    seqLenQ: 21,
    seqLenKV: 30,
    headDim: 8,
    causal: 'bottom-right',
  },
  'MQA, one query': { batch: 3, numHeads: 8, numKVHeads: 1, seqLenKV: 77, headDim: 32 },
  'huge logits': { seqLenQ: 40, headDim: 32, softmaxScale: 30 },
  'tiny logits': { seqLenQ: 40, headDim: 32, softmaxScale: 1e-6 },
  'scale 0': { seqLenQ: 40, headDim: 32, softmaxScale: 0 },
  'window of 8 and 3': { seqLenQ: 70, headDim: 16, window: [8, 3] },
  'window of itself alone': { seqLenQ: 40, headDim: 8, window: [0, 0] },
  'causal window, more keys': {
    seqLenQ: 50,
    seqLenKV: 90,
    headDim: 16,
    causal: 'bottom-right',
    window: [20, -1],
  },
  'window, top-left, more queries': {
    seqLenQ: 90,
    seqLenKV: 50,
    headDim: 8,
    causal: 'top-left',
    window: [7, -1],
  },
  'window without a left end, GQA': { numHeads: 4, numKVHeads: 2, seqLenQ: 45, headDim: 8, window: [-1, 5] },
  softcap: { seqLenQ: 40, headDim: 32, softmaxScale: 2, softcap: 5 },
  'softcap that hardly bends': { seqLenQ: 40, headDim: 32, softcap: 1000 },
  'ALiBi, causal': {
    numHeads: 4,
    numKVHeads: 2,
    seqLenQ: 40,
    seqLenKV: 60,
    headDim: 16,
    alibi: true,
    causal: 'bottom-right',
  },
  'ALiBi, top-left': { numHeads: 3, seqLenQ: 40, seqLenKV: 60, headDim: 16, alibi: true, causal: 'top-left' },
  sinks: { numHeads: 4, seqLenQ: 40, headDim: 16, sinks: true },
  'sinks, rows that see nothing': {
    seqLenQ: 40,
    seqLenKV: 9,
    headDim: 16,
    sinks: true,
    causal: 'bottom-right',
  },
  'bias per head and pair': {
    batch: 2,
    numHeads: 3,
    seqLenQ: 20,
    seqLenKV: 50,
    headDim: 8,
    biasShape: [3, 20, 50],
  },
  'bias per key': { batch: 2, numHeads: 2, seqLenQ: 20, seqLenKV: 50, headDim: 8, biasShape: [2, 1, 1, 50] },
  'bias per query': { numHeads: 2, seqLenQ: 20, seqLenKV: 50, headDim: 8, biasShape: [20, 1] },
  'mask per pair': { batch: 2, numHeads: 2, seqLenQ: 45, seqLenKV: 70, headDim: 8, maskShape: [45, 70] },
  'mask per entry and key, GQA, causal': {
    batch: 2,
    numHeads: 4,
    numKVHeads: 2,
    seqLenQ: 45,
    headDim: 8,
    maskShape: [2, 1, 1, 45],
    causal: 'bottom-right',
  },
  'lengths, one of them 0': {
    batch: 3,
    numHeads: 2,
    seqLenQ: 33,
    seqLenKV: 70,
    headDim: 8,
    seqLensKV: [70, 0, 41],
  },
  'lengths, causal': {
    batch: 2,
    seqLenQ: 33,
    seqLenKV: 70,
    headDim: 8,
    seqLensKV: [50, 20],
    causal: 'bottom-right',
  },
  everything: {
    batch: 2,
    numHeads: 4,
    numKVHeads: 2,
    seqLenQ: 37,
    seqLenKV: 59,
    headDim: 13,
    headDimV: 21,
    causal: 'bottom-right',
    window: [30, -1],
    softcap: 20,
    alibi: true,
    sinks: true,
    biasShape: [2, 1, 37, 59],
    maskShape: [4, 37, 59],
    seqLensKV: [59, 44],
  },
  'negative scale': { seqLenQ: 40, headDim: 32, softmaxScale: -0.3, causal: 'bottom-right' },
};

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
  for (const variant of ['two-pass', 'flash']) {
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
