import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/errors.ts';
import { attentionProblem } from '../../src/kernels/attention/problem.ts';
import { attentionCall } from '../../src/worker/attention-call.ts';
import type { AttentionArgs } from '../../src/worker/api.ts';
import type { Tensor } from '../../src/tensor.ts';

const zeros = (...shape: number[]): Tensor => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});

const attentionArgs: AttentionArgs = {
  query: zeros(1, 4, 3, 8),
  key: zeros(1, 2, 5, 8),
  value: zeros(1, 2, 5, 6),
};

/** What was thrown. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('attention arguments', () => {
  test('a good call becomes a problem', () => {
    expect(attentionCall({ ...attentionArgs, causal: true }).problem).toMatchObject({
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
    'zero extent': [{ query: zeros(1, 4, 0, 8) }, 'query.shape'],
  };
  for (const [name, [change, argument]] of Object.entries(bad)) {
    test(`${name}: ShapeError naming ${argument}`, () => {
      const error = thrown(() => attentionCall(Object.assign({}, attentionArgs, change)));
      expect(error).toBeInstanceOf(ShapeError);
      expect(error).toMatchObject({ argument });
    });
  }

  test('options that are not built say so by name', () => {
    for (const option of ['scoreMod', 'maskMod', 'cuSeqLensQ', 'cuSeqLensKV'] as const) {
      const error = thrown(() => attentionCall(Object.assign({}, attentionArgs, { [option]: 'x' })));
      expect(error).toBeInstanceOf(UnsupportedError);
      expect(String(error)).toContain(option);
    }
    expect(() => attentionProblem({ headDim: 300 })).toThrow(UnsupportedError);
  });
});
