import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/core/errors.ts';
import { readAttentionBackward } from '../../src/operations/attention-backward/call.ts';
import { goodArgs, thrown, zeros } from '../support/call-args.ts';

describe('attention backward arguments', () => {
  const args = { ...goodArgs, outputGrad: zeros(1, 4, 3, 6) };

  test('a good call has the gradient among its inputs', () => {
    const { problem, inputs } = readAttentionBackward({ ...args, lseGrad: zeros(1, 4, 3) });
    expect(problem).toMatchObject({ numHeads: 4, lseGrad: true });
    expect(inputs['outputGrad']).toHaveLength(72);
    expect(inputs['lseGrad']).toHaveLength(12);
  });

  const bad: Record<string, [object, string]> = {
    'no gradient': [{ outputGrad: undefined }, 'outputGrad'],
    'a gradient of another shape': [{ outputGrad: zeros(1, 4, 3, 7) }, 'outputGrad.shape'],
    'an lse gradient of another shape': [{ lseGrad: zeros(1, 4, 4) }, 'lseGrad.shape'],
    'what the forward refuses': [{ softcap: -1 }, 'softcap'],
  };
  for (const [name, [change, argument]] of Object.entries(bad)) {
    test(`${name}: ShapeError naming ${argument}`, () => {
      const error = thrown(() => readAttentionBackward(Object.assign({}, args, change)));
      expect(error).toBeInstanceOf(ShapeError);
      expect(error).toMatchObject({ argument });
    });
  }
});
