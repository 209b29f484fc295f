import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/core/errors.ts';
import { readAttentionBackward } from '../../src/operations/attention-backward/call.ts';
import type { AttentionBackwardArgs } from '../../src/operations/attention-backward/api.ts';
import { readAttention } from '../../src/operations/attention/call.ts';
import { readContrastive } from '../../src/operations/contrastive/call.ts';
import type { ContrastiveArgs } from '../../src/operations/contrastive/api.ts';
import { floatTensor } from '../../src/core/tensor.ts';

const four = floatTensor([1, 1, 2, 4], new Float32Array(8));
const attention = { query: four, key: four, value: four };
const contrastive = { loss: 'clip', x: floatTensor([2, 4], new Float32Array(8)) } as const;

/** The error of a call with one more argument. */
function errorOf(call: () => unknown): ShapeError {
  try {
    call();
  } catch (error) {
    if (error instanceof ShapeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('an argument that there is not', () => {
  test.each([
    ['isCausal', 'causal'],
    ['is_causal', 'causal'],
    ['cuasal', 'causal'],
    ['attn_mask', 'mask'],
    ['scale', 'softmaxScale'],
    ['alibi_slopes', 'alibiSlopes'],
    ['enable_gqa', undefined],
  ])('%s of attention is refused, and %s named', (name, meant) => {
    const error = errorOf(() => readAttention(Object.assign({}, attention, { [name]: true })));
    expect(error.argument).toBe(name);
    expect(error.expected).toMatch(
      meant === undefined ? /^one of the arguments query, key/ : `'${meant}', or`,
    );
  });

  test.each([
    ['temperature', 'logitScale'],
    ['label_smoothing', 'labelSmoothing'],
    ['hard_negatives', 'hardNegatives'],
  ])('%s of a loss is refused, and %s named', (name, meant) => {
    const args: ContrastiveArgs = Object.assign({}, contrastive, { y: contrastive.x, [name]: 0.5 });
    const error = errorOf(() => readContrastive(args));
    expect([error.argument, error.expected]).toEqual([name, expect.stringContaining(`'${meant}', or`)]);
  });

  test('of the forward is known to the backward, and no other way round', () => {
    const args: AttentionBackwardArgs = { ...attention, outputGrad: four, causal: true };
    expect(readAttentionBackward(args).problem).toMatchObject({ causal: 'bottom-right' });
    expect(errorOf(() => readAttention(args)).argument).toBe('outputGrad');
  });
});
