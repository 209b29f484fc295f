import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import type { AttentionArgs } from '../../src/operations/attention/api.ts';
import { readAttention } from '../../src/operations/attention/call.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { goodArgs, thrown, zeros } from '../support/call-args.ts';

describe('attention arguments', () => {
  test('a good call becomes a problem', () => {
    expect(readAttention({ ...goodArgs, causal: true }).problem).toMatchObject({
      numHeads: 4,
      numKVHeads: 2,
      seqLenQ: 3,
      seqLenKV: 5,
      headDim: 8,
      headDimV: 6,
      causal: 'bottom-right',
      softmaxScale: 1 / Math.sqrt(8),
    });
  });

  const bad: Record<string, [Partial<Record<keyof AttentionArgs, unknown>>, string]> = {
    rank: [{ query: zeros(4, 3, 8) }, 'query.shape'],
    'no tensor': [{ key: undefined }, 'key'],
    'data length': [{ value: { shape: [1, 2, 5, 6], data: new Float32Array(3) } }, 'value.data'],
    'data type': [{ query: { shape: [1, 4, 3, 8], data: new Float64Array(96) } }, 'query.data'],
    'headDim differs': [{ key: zeros(1, 2, 5, 7) }, 'key.shape'],
    'batch differs': [{ value: zeros(2, 2, 5, 6) }, 'value.shape'],
    'heads do not divide': [{ key: zeros(1, 3, 5, 8), value: zeros(1, 3, 5, 6) }, 'key.shape'],
    'NaN scale': [{ softmaxScale: NaN }, 'softmaxScale'],
    'unknown alignment': [{ causal: 'middle' }, 'causal'],
    'window of three': [{ window: [1, 2, 3] }, 'window'],
    'window below -1': [{ window: [-2, 0] }, 'window'],
    'negative softcap': [{ softcap: -1 }, 'softcap'],
    'too few slopes': [{ alibiSlopes: new Float32Array(3) }, 'alibiSlopes'],
    'NaN sink': [{ sinks: Float32Array.of(0, NaN, 0, 0) }, 'sinks'],
    'bias that does not broadcast': [{ bias: zeros(3, 4) }, 'bias.shape'],
    'bias of five dimensions': [{ bias: zeros(1, 1, 1, 1, 1) }, 'bias.shape'],
    'mask that is no bytes': [{ mask: { shape: [5], data: new Float32Array(5) } }, 'mask.data'],
    'mask too short': [{ mask: { shape: [3, 5], data: new Uint8Array(5) } }, 'mask.data'],
    'lengths of another batch': [{ seqLensKV: [1, 2] }, 'seqLensKV'],
    'a length beyond the keys': [{ seqLensKV: [6] }, 'seqLensKV'],
    'a modifier that is no text': [{ scoreMod: (score: number) => score }, 'scoreMod'],
    'a derivative of nothing': [{ scoreModGrad: 'return 1.0;' }, 'scoreModGrad'],
    'zero extent': [{ query: zeros(1, 4, 0, 8) }, 'query.shape'],
    'documents of queries alone': [{ cuSeqLensQ: [0, 3] }, 'cuSeqLensKV'],
    'documents that decrease': [{ cuSeqLensQ: [0, 2, 1, 3], cuSeqLensKV: [0, 1, 2, 5] }, 'cuSeqLensQ'],
    'documents that end early': [{ cuSeqLensQ: [0, 3], cuSeqLensKV: [0, 4] }, 'cuSeqLensKV'],
    'another number of documents': [{ cuSeqLensQ: [0, 3], cuSeqLensKV: [0, 2, 5] }, 'cuSeqLensKV'],
    'documents in words': [{ cuSeqLensQ: ['0', '3'], cuSeqLensKV: [0, 5] }, 'cuSeqLensQ'],
    'documents and lengths': [{ cuSeqLensQ: [0, 3], cuSeqLensKV: [0, 5], seqLensKV: [4] }, 'seqLensKV'],
  };
  for (const [name, [change, argument]] of Object.entries(bad)) {
    test(`${name}: ShapeError naming ${argument}`, () => {
      const error = thrown(() => readAttention(Object.assign({}, goodArgs, change)));
      expect(error).toBeInstanceOf(ShapeError);
      expect(error).toMatchObject({ argument });
    });
  }

  test('what is not built says so', () => {
    expect(() => attentionProblem({ headDim: 513 })).toThrow(UnsupportedError);
  });
});
