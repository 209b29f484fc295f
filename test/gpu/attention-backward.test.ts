import { describe, expect, test } from 'vitest';
import { attentionBackward } from '../../src/operations/attention-backward/operation.ts';
import {
  attentionBackwardProblem,
  type AttentionBackwardProblem,
} from '../../src/operations/attention-backward/problem.ts';
import { bind } from '../../src/core/bind.ts';
import { presets } from '../../src/operations/attention/presets/index.ts';
import { CORNERS, DEFAULT_TILES, TILE_SHAPES } from '../../src/operations/attention/corners.ts';
import { smallTiles, trial, useSession } from '../support/gpu.ts';

const session = useSession();

const gqa = { batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 21, seqLenKV: 45, headDim: 8 } as const;

/** What only the backward can get wrong. */
const BACKWARD_CORNERS: Readonly<Record<string, Partial<AttentionBackwardProblem>>> = {
  ...CORNERS,
  'a scoreMod with its derivative': {
    seqLenQ: 40,
    headDim: 8,
    ...presets.softcap.modifiers({ cap: 0.5 }),
  },
  'a scoreMod per head, after softcap and bias': {
    ...gqa,
    softcap: 3,
    biasShape: [4, 1, 45],
    ...presets.cosine.modifiers({ logitScales: [3, 1, 0.5, 2] }),
  },
  'a maskMod that leaves rows nothing': {
    ...gqa,
    ...presets.prefixLm.modifiers({ prefix: 0, offset: -4 }),
  },
  'documents by a maskMod, GQA': { ...gqa, seqLenQ: 45, ...presets.document.modifiers({ starts: [7, 30] }) },
  'a gradient of the lse': { seqLenQ: 40, headDim: 8, lseGrad: true },
  'a gradient of the lse, sinks, rows that see nothing': {
    numHeads: 2,
    seqLenQ: 40,
    seqLenKV: 9,
    headDim: 8,
    lseGrad: true,
    sinks: true,
    causal: 'bottom-right',
  },
  'bias over all four dimensions': { ...gqa, biasShape: [2, 4, 21, 45] },
  'bias shared by heads': { ...gqa, biasShape: [2, 1, 21, 45], softcap: 3 },
  'bias shared by entries and heads': { ...gqa, biasShape: [21, 45], causal: 'bottom-right' },
  'bias per head and key': { ...gqa, biasShape: [4, 1, 45], window: [20, 5] },
  'bias per key, shared by all else': { ...gqa, biasShape: [45], seqLensKV: [45, 12] },
  'bias per head and query': { ...gqa, biasShape: [4, 21, 1], sinks: true },
  'one bias for all': { ...gqa, biasShape: [1], lseGrad: true },
  'bias per head': { ...gqa, biasShape: [4, 1, 1], lseGrad: true },
};

/** headDim 300 asks for all that 256 does, and either takes SwiftShader ten seconds and more to compile. */
const BACKWARD_DEFAULT_TILES = DEFAULT_TILES.filter((name) => name !== 'headDim 256');

for (const { id } of attentionBackward.variants) {
  describe(`attention backward ${id}`, () => {
    for (const [name, partial] of Object.entries(BACKWARD_CORNERS)) {
      test(name, async () => {
        const problem = bind(attentionBackward, attentionBackwardProblem(partial), session().identity);
        const params = smallTiles(problem, id);
        const { deviation } = await trial(session(), problem, { variant: id, params });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
    for (const name of id === 'naive' ? [] : BACKWARD_DEFAULT_TILES) {
      test(`${name}, default tiles`, async () => {
        const partial = attentionBackwardProblem(CORNERS[name] ?? {});
        const problem = bind(attentionBackward, partial, session().identity);
        const { deviation } = await trial(session(), problem, { variant: id });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
  });
}

describe('tile shapes', () => {
  for (const params of TILE_SHAPES) {
    test(JSON.stringify(params), async () => {
      const partial = { ...gqa, headDimV: 13, causal: 'bottom-right', biasShape: [4, 1, 45] } as const;
      const problem = bind(attentionBackward, attentionBackwardProblem(partial), session().identity);
      const { deviation } = await trial(session(), problem, { variant: 'flash', params });
      expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
    });
  }
});

test('two runs agree in every bit', async () => {
  const partial = { ...gqa, causal: 'bottom-right', biasShape: [4, 1, 45], sinks: true } as const;
  const problem = bind(attentionBackward, attentionBackwardProblem(partial), session().identity);
  const flash = { variant: 'flash', params: smallTiles(problem, 'flash') };
  const first = await trial(session(), problem, flash);
  const second = await trial(session(), problem, flash);
  expect(second.outputs).toEqual(first.outputs);
});

test('a row that sees no key has gradient 0', async () => {
  const partial = { seqLenQ: 5, seqLenKV: 2, headDim: 4, causal: 'bottom-right' } as const;
  const problem = bind(attentionBackward, attentionBackwardProblem(partial), session().identity);
  for (const { id } of attentionBackward.variants) {
    const { outputs } = await trial(session(), problem, { variant: id });
    expect([...(outputs['queryGrad'] ?? [])].slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 0));
  }
});
