import * as jax from '@jax-js/jax';
import { describe, expect, test } from 'vitest';
import { OutOfMemoryError } from '../../src/core/errors.ts';
import { peakBytes } from '../../src/train/activation-bytes.ts';
import { LearntNumber } from '../../src/train/adam.ts';
import { openCheckpoint, writeCheckpoint } from '../../src/train/checkpoint.ts';
import { Encoder } from '../../src/train/encoder.ts';
import { noiseFrom, noiseScale, whyNoScale } from '../../src/train/noise-scale.ts';
import { trainSettings, type TrainSettings } from '../../src/train/settings.ts';
import { recallAt1, similarities } from '../../src/train/similarity.ts';
import { EMBED_DIM, wordNetwork } from '../../src/train/towers.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { floatTensor } from '../../src/core/tensor.ts';
import { float64Lab } from '../support/float64-lab.ts';

const SMALL = { batch: 8, chunk: 4, seed: 2 } as const;

describe('settings that make no sense are refused by name', () => {
  test.each<[Partial<TrainSettings>, RegExp]>([
    [{ batch: 1 }, /^batch: .* from 2 pairs to the 11008 of the data, got 1$/],
    [{ batch: 11_009 }, /^batch: /],
    [{ batch: 2.5 }, /^batch: /],
    [{ chunk: 0 }, /^chunk: /],
    [{ temperature: 0 }, /^temperature: /],
    [{ temperature: NaN }, /^temperature: /],
    [{ learningRate: -1 }, /^learningRate: /],
    [{ seed: -1 }, /^seed: /],
    [{ loss: 'triplet' as 'clip' }, /^loss: expected one of clip, .* got 'triplet'$/],
  ])('%o', (settings, message) => {
    expect(() => trainSettings(settings)).toThrow(message);
  });
});

test('the gradient of an encoder is that of its differences, summed over chunks', async () => {
  const encoder = new Encoder(jax, wordNetwork, 7);
  const width = wordNetwork.inputShape[0] ?? 0;
  const inputs = (seed: number) => Float32Array.from({ length: 2 * width }, (_, at) => Math.sin(seed + at));
  const slope = floatTensor(
    [2, EMBED_DIM],
    Float32Array.from({ length: 2 * EMBED_DIM }, (_, at) => Math.cos(at)),
  );
  const before = await encoder.state();
  const loss = async () => {
    let sum = 0;
    for (const seed of [1, 2]) {
      const { data } = await encoder.encode(inputs(seed), 2);
      sum += data.reduce((total, value, at) => total + value * (slope.data[at] ?? 0), 0);
    }
    return sum;
  };
  for (const seed of [1, 2]) await encoder.backward(inputs(seed), slope);
  const norm2 = await encoder.gradientNorm2();
  // Adam's first step moves each parameter by the rate, against the sign of its gradient: the loss falls by rate · Σ|g| ≥ rate · |g|.
  const start = await loss();
  encoder.update(1, 1e-5);
  expect(start - (await loss())).toBeGreaterThan(1e-5 * Math.sqrt(norm2));
  // And the mean of the gradients is kept: a tenth of them.
  const { 'dense.m': mean = floatTensor([0], new Float32Array()) } = await encoder.state();
  encoder.restore(before);
  const at = mean.data.findIndex((value) => Math.abs(value) > 0.05);
  const nudged = (by: number) => {
    const dense = before['dense'] ?? mean;
    const data = dense.data.slice();
    data[at] = (data[at] ?? 0) + by;
    encoder.restore({ ...before, dense: { ...dense, data } });
  };
  nudged(1e-2);
  const above = await loss();
  nudged(-1e-2);
  const slopeAt = (above - (await loss())) / 2e-2;
  expect(0.1 * slopeAt).toBeCloseTo(mean.data[at] ?? NaN, 2);
  encoder.dispose();
});

test.each(['siglip', 'sup-con'] as const)('%s learns', async (loss) => {
  const trainer = new Trainer(jax, float64Lab, { ...SMALL, loss, batch: 16, learningRate: 0.01 });
  const losses: number[] = [];
  for (let step = 0; step < 12; step++) losses.push((await trainer.step()).loss);
  expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
  trainer.dispose();
});

test('a trainer of a checkpoint goes on to the same bits, and the chunk does not matter', async () => {
  const whole = new Trainer(jax, float64Lab, SMALL);
  for (let step = 0; step < 2; step++) await whole.step();
  const file = new Blob([writeCheckpoint(await whole.checkpoint())]);
  const opened = await openCheckpoint(file, 'towers.safetensors');
  const resumed = new Trainer(jax, float64Lab, opened.settings);
  resumed.restore(opened);
  const other = new Trainer(jax, float64Lab, { ...opened.settings, chunk: 8 });
  other.restore(opened);
  const [{ loss }, again, { loss: chunked }] = [await whole.step(), await resumed.step(), await other.step()];
  expect(again.loss).toBe(loss);
  expect(again.step).toBe(3);
  expect(chunked).toBeCloseTo(loss, 5);
  expect(await resumed.checkpoint()).toEqual(await whole.checkpoint());
  for (const trainer of [whole, resumed, other]) trainer.dispose();
});

test('files that are no checkpoint, or of other towers, are refused by name', async () => {
  const trainer = new Trainer(jax, float64Lab, SMALL);
  const checkpoint = await trainer.checkpoint();
  await expect(openCheckpoint(new Blob(['x'.repeat(20)]), 'x.safetensors')).rejects.toThrow(
    /^x\.safetensors: /,
  );
  const odd = { ...checkpoint, progress: { ...checkpoint.progress, steps: -1 } };
  await expect(openCheckpoint(new Blob([writeCheckpoint(odd)]), 'y.safetensors')).rejects.toThrow(
    'y.safetensors › progress',
  );
  const narrow = { ...checkpoint.values, 'words.dense': floatTensor([1], new Float32Array(1)) };
  expect(() => {
    trainer.restore({ ...checkpoint, values: narrow });
  }).toThrow(/^checkpoint › words\.dense: expected \[64, 64\], got \[1\]$/);
  expect(() => {
    trainer.restore({
      ...checkpoint,
      values: { ...checkpoint.values, more: floatTensor([1], new Float32Array(1)) },
    });
  }).toThrow('checkpoint › more');
  trainer.dispose();
});

test('a step that fails changes nothing', async () => {
  let fails = true;
  const trainer = new Trainer(
    jax,
    {
      ...float64Lab,
      contrastive: (args: never) =>
        fails ? Promise.reject(new OutOfMemoryError('logits', 2, 1)) : float64Lab.contrastive(args),
    },
    SMALL,
  );
  const before = await trainer.checkpoint();
  await expect(trainer.step()).rejects.toThrow(OutOfMemoryError);
  expect(await trainer.checkpoint()).toEqual(before);
  fails = false;
  expect((await trainer.step()).step).toBe(1);
  trainer.dispose();
});

describe('figures', () => {
  test('recall of rows and columns', () => {
    const matrix = floatTensor([2, 2], Float32Array.of(0.5, 0.2, 0.6, 0.4));
    expect(recallAt1(matrix)).toEqual({ rows: 0.5, cols: 0.5 });
    const same = floatTensor([2, 2], Float32Array.of(1, 0, 0, 2));
    expect([...similarities(same, same).data]).toEqual([1, 0, 0, 1]);
    // Equal similarities find nobody.
    expect(recallAt1(floatTensor([2, 2], new Float32Array(4)))).toEqual({ rows: 0, cols: 0 });
  });

  test('the noise scale of gradients whose noise is known', () => {
    const [gradient2, variance] = [4, 100];
    const sized = (size: number) => ({ size, norm2: gradient2 + variance / size });
    const found = noiseFrom(sized(8), sized(64));
    expect(found.pairs).toBeCloseTo(25, 9);
    expect(whyNoScale(found)).toBeUndefined();
    const hidden = noiseFrom({ size: 2, norm2: 10 }, { size: 4, norm2: 1 });
    expect(hidden.pairs).toBeUndefined();
    expect(whyNoScale(hidden)).toContain('noise hides the gradient (its square estimated at -8.00)');
    const longer = noiseFrom({ size: 2, norm2: 1 }, { size: 4, norm2: 10 });
    expect(longer.pairs).toBeUndefined();
    expect(whyNoScale(longer)).toContain('were the longer ones (variance of a pair estimated at -36.0)');
  });

  test('estimates of it learn nothing', async () => {
    const trainer = new Trainer(jax, float64Lab, SMALL);
    const before = await trainer.checkpoint();
    const { variance } = await noiseScale(trainer, { small: 2, large: 8, repeats: 1 });
    expect(variance).not.toBeNaN();
    expect(await trainer.checkpoint()).toEqual(before);
    trainer.dispose();
  });

  test('a number learns by the rule of Adam', () => {
    const number = new LearntNumber(1);
    number.move(5, 1, 0.1);
    // Its first step is the rate, whatever the gradient.
    expect(number.value).toBeCloseTo(0.9, 6);
  });
});

test('activations of a step do not grow with its batch at a fixed chunk, and do without', async () => {
  const held = async (batch: number, chunk: number) => {
    const trainer = new Trainer(jax, float64Lab, { ...SMALL, batch, chunk });
    const { memory } = await trainer.step();
    trainer.dispose();
    return memory;
  };
  const [few, many, whole] = [await held(8, 4), await held(32, 4), await held(32, 32)];
  expect(few.activationBytes).toBeGreaterThan(4 * 32 * 32 * 3 * 4);
  expect(many.activationBytes).toBe(few.activationBytes);
  expect(whole.activationBytes).toBeGreaterThan(2 * (few.activationBytes ?? NaN));
  // Embeddings of two towers and their gradients grow with the batch, chunk or not.
  expect(many).toMatchObject({
    embeddingBytes: 2 * 32 * EMBED_DIM * 4,
    gradientBytes: 2 * 32 * EMBED_DIM * 4,
  });
  expect(few.embeddingBytes).toBe(many.embeddingBytes / 4);
});

test('a value is held until the last reader of its views', () => {
  const value = (size: number) => ({ aval: { shape: [size] } });
  const [input, first, view, second, result] = [value(1), value(10), value(1000), value(100), value(20)];
  const operations = [
    { primitive: 'dot', inputs: [input], outBinders: [first] },
    { primitive: 'broadcast', inputs: [first], outBinders: [view] },
    { primitive: 'dot', inputs: [view], outBinders: [second] },
    { primitive: 'dot', inputs: [second], outBinders: [result] },
  ];
  // In the last operation, which no longer holds `first`.
  expect(peakBytes([input], operations, [result])).toBe(4 * (1 + 100 + 20));
});
