import { describe, expect, test } from 'vitest';
import { type Tensor } from '../../src/index.ts';
import { valuesOf } from '../../src/core/half.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { attentionArgs, tensor, useLab } from '../support/lab.ts';
import { usualVariants } from '../support/usual-variants.ts';

const lab = useLab();

describe('openLab', () => {
  test('tells the device and lists operations and variants, naive first', () => {
    expect(lab().device.limits['maxStorageBufferBindingSize']).toBeGreaterThan(0);
    expect(typeof lab().device.isFallbackAdapter).toBe('boolean');
    const lists = lab()
      .operations()
      .map(({ id, variants }) => [id, variants.map((variant) => variant.id)] as const);
    expect(lists).toEqual(
      OPERATIONS.map((operation) => [operation.id, usualVariants(operation).map(({ id }) => id)]),
    );
    for (const [, [first]] of lists) expect(first).toBe('naive');
    for (const { variants } of lab().operations()) {
      for (const { supported, idea } of variants) {
        expect(supported).toBe(true);
        expect(idea).toMatch(/\.$/);
      }
    }
  });
});

describe('attention', () => {
  test('returns output, lse and what ran, and leaves the inputs alone', async () => {
    const args = attentionArgs(20);
    const { output, lse, run } = await lab().attention(args, {
      variant: 'flash',
      params: { blockM: 32, blockN: 16 },
    });
    expect(output.shape).toEqual([1, 2, 20, 16]);
    expect(lse.shape).toEqual([1, 2, 20]);
    expect(output.data).toHaveLength(640);
    expect(run).toMatchObject({
      operation: 'attention',
      variant: 'flash',
      passes: ['flash forward', 'mend rows'],
    });
    expect(run.params['blockN']).toBe(16);
    // 2 heads, one row block each, and two tiles of 16 keys for 20.
    expect(run.tiles).toEqual({ visited: 4, total: 4 });
    expect(args.query.data).toHaveLength(640);
  });

  test('variants agree', async () => {
    const args = { ...attentionArgs(33), causal: true };
    const [naive, twoPass, flash] = await Promise.all(
      ['naive', 'two-pass', 'flash', 'split-kv'].map((variant) => lab().attention(args, { variant })),
    );
    for (let i = 0; i < 1056; i++) {
      expect(twoPass?.output.data[i]).toBeCloseTo(naive?.output.data[i] ?? NaN, 5);
      expect(flash?.output.data[i]).toBeCloseTo(naive?.output.data[i] ?? NaN, 5);
    }
  });
});

describe('mergeStates', () => {
  /** Keys `from` up to `to` of the whole. */
  const slice = (whole: Tensor, from: number, to: number): Tensor => {
    const [batch = 0, heads = 0, length = 0, width = 0] = whole.shape;
    const rows = Array.from({ length: batch * heads }, (_, head) => [
      ...whole.data.subarray((head * length + from) * width, (head * length + to) * width),
    ]);
    return { shape: [batch, heads, to - from, width], data: Float32Array.from(rows.flat()) };
  };

  test('attention over parts of the keys adds up to attention over all', async () => {
    const args = attentionArgs(30);
    const whole = await lab().attention(args);
    const parts = await Promise.all(
      [[0, 1] as const, [1, 17] as const, [17, 30] as const].map(([from, to]) =>
        lab().attention({ ...args, key: slice(args.key, from, to), value: slice(args.value, from, to) }),
      ),
    );
    const merged = await lab().mergeStates(parts);
    expect(merged.output.shape).toEqual(whole.output.shape);
    merged.output.data.forEach((value, i) => {
      expect(value).toBeCloseTo(whole.output.data[i] ?? NaN, 5);
    });
    merged.lse.data.forEach((value, i) => {
      expect(value).toBeCloseTo(whole.lse.data[i] ?? NaN, 5);
    });
  });

  test('a state that saw nothing is neutral, and nothing but such gives 0 and −∞', async () => {
    const args = attentionArgs(6);
    const blind = await lab().attention({ ...args, seqLensKV: [0] });
    const seeing = await lab().attention(args);
    const merged = await lab().mergeStates([blind, seeing, blind]);
    merged.output.data.forEach((value, i) => {
      expect(value).toBeCloseTo(seeing.output.data[i] ?? NaN, 6);
    });
    const nothing = await lab().mergeStates([blind, blind]);
    expect(new Set(nothing.output.data)).toEqual(new Set([0]));
    expect(new Set(nothing.lse.data)).toEqual(new Set([-Infinity]));
  });

  test('states of different shapes are refused by name', async () => {
    const [short, long] = [await lab().attention(attentionArgs(6)), await lab().attention(attentionArgs(7))];
    await expect(lab().mergeStates([short, long])).rejects.toMatchObject({
      argument: 'states[1].output.shape',
    });
  });
});

describe('attentionBackward', () => {
  test('gives every gradient its shape and says what ran', async () => {
    const { queryGrad, keyGrad, valueGrad, biasGrad, sinksGrad, run } = await lab().attentionBackward({
      query: tensor(1, 1, 4, 5, 16),
      key: tensor(2, 1, 2, 7, 16),
      value: tensor(3, 1, 2, 7, 3),
      outputGrad: tensor(4, 1, 4, 5, 3),
      lseGrad: tensor(5, 1, 4, 5),
      bias: tensor(6, 4, 1, 7),
      sinks: new Float32Array(4),
      causal: true,
    });
    expect(queryGrad.shape).toEqual([1, 4, 5, 16]);
    expect(keyGrad.shape).toEqual([1, 2, 7, 16]);
    expect(valueGrad.shape).toEqual([1, 2, 7, 3]);
    expect(biasGrad?.shape).toEqual([4, 1, 7]);
    expect(sinksGrad?.shape).toEqual([4]);
    expect(run).toMatchObject({ operation: 'attention-backward', variant: 'flash' });
  });

  test('its gradients are the slopes of the forward', async () => {
    const args = attentionArgs(6, 1);
    const outputGrad = tensor(9, 1, 1, 6, 16);
    const weighed = async (query: Tensor) => {
      const { output } = await lab().attention({ ...args, query });
      return valuesOf(output.data).reduce((sum, value, i) => sum + value * (outputGrad.data[i] ?? NaN), 0);
    };
    const { queryGrad } = await lab().attentionBackward({ ...args, outputGrad });
    for (const at of [0, 17, 95]) {
      const nudged = (step: number): Tensor => ({
        ...args.query,
        data: Float32Array.from(args.query.data, (value, i) => (i === at ? value + step : value)),
      });
      const slope = ((await weighed(nudged(0.05))) - (await weighed(nudged(-0.05)))) / 0.1;
      expect(queryGrad.data[at]).toBeCloseTo(slope, 2);
    }
  });
});
