import { describe, expect, test } from 'vitest';
import { type Tensor } from '../../src/index.ts';
import { tensor, useLab } from '../support/lab.ts';

const lab = useLab();

describe('contrastive', () => {
  test('gives what was asked for and nothing else', async () => {
    const args = { loss: 'clip', x: tensor(1, 30, 8), y: tensor(2, 30, 8) } as const;
    const bare = await lab().contrastive(args);
    expect(Object.keys(bare).sort()).toEqual(['colLse', 'loss', 'rowLse', 'run']);
    const full = await lab().contrastive({ ...args, gradients: ['x', 'y', 'logitScale'] });
    expect(full.loss).toBeCloseTo(bare.loss, 6);
    expect(full.xGrad?.shape).toEqual([30, 8]);
    expect(full.yGrad?.shape).toEqual([30, 8]);
    expect(Number.isFinite(full.logitScaleGrad)).toBe(true);
  });
});

describe('contrastive losses, as a user calls them', () => {
  const x = tensor(1, 12, 8);
  const y = tensor(2, 12, 8);

  test('labels, a queue and a result per row', async () => {
    const labels = [3, 3, 0, 1, 2, 11, 10, 9, 8, 7, 6, 5];
    const args = { loss: 'info-nce', x, y, labels, queue: tensor(3, 5, 8), gradients: ['x', 'y'] } as const;
    const mean = await lab().contrastive(args);
    const none = await lab().contrastive({ ...args, reduction: 'none' });
    expect(none.loss.shape).toEqual([12]);
    expect(none.loss.data.reduce((a, b) => a + b, 0) / 12).toBeCloseTo(mean.loss, 3);
    expect(mean.yGrad?.shape).toEqual([12, 8]);
    expect(mean.colLse).toBeUndefined();
    // The queue's 5 columns of 17 get no gradient.
    expect(mean.run.work).toBeCloseTo(2 + 12 / 17, 5);
  });

  test('losses of one tensor, and one without softmax', async () => {
    const labels = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6];
    expect((await lab().contrastive({ loss: 'sup-con', x, labels })).loss).toBeGreaterThan(0);
    expect((await lab().contrastive({ loss: 'nt-xent', x, gradients: ['x'] })).xGrad?.shape).toEqual([12, 8]);
    const siglip = await lab().contrastive({ loss: 'siglip', x, y, logitBias: -1, gradients: ['logitBias'] });
    expect(siglip.rowLse).toBeUndefined();
    expect(Number.isFinite(siglip.logitBiasGrad)).toBe(true);
  });

  test('a scale per row has a gradient per row', async () => {
    const logitScale = new Float32Array(12).fill(5);
    const each = await lab().contrastive({ loss: 'clip', x, y, logitScale, gradients: ['logitScale'] });
    const one = await lab().contrastive({ loss: 'clip', x, y, logitScale: 5, gradients: ['logitScale'] });
    expect(each.logitScaleGrad?.shape).toEqual([12]);
    expect(each.logitScaleGrad?.data.reduce((a, b) => a + b, 0)).toBeCloseTo(one.logitScaleGrad ?? NaN, 5);
  });

  test('prefixes of the embeddings add up', async () => {
    const cut = ({ data }: Tensor, width: number): Tensor => ({
      shape: [12, width],
      data: Float32Array.from([...data].filter((_, at) => at % 8 < width)),
    });
    const common = { loss: 'clip', normalize: true, gradients: ['x', 'y', 'logitScale'] } as const;
    const both = await lab().contrastive({ ...common, x, y, prefixDims: [3, 8] });
    const short = await lab().contrastive({ ...common, x: cut(x, 3), y: cut(y, 3) });
    const long = await lab().contrastive({ ...common, x, y });
    expect(both.loss).toBeCloseTo(short.loss + long.loss, 5);
    expect(both.logitScaleGrad).toBeCloseTo((short.logitScaleGrad ?? NaN) + (long.logitScaleGrad ?? NaN), 5);
    both.xGrad?.data.forEach((value, at) => {
      const part = at % 8 < 3 ? (short.xGrad?.data[Math.floor(at / 8) * 3 + (at % 8)] ?? NaN) : 0;
      expect(value).toBeCloseTo((long.xGrad?.data[at] ?? NaN) + part, 5);
    });
    await expect(lab().contrastive({ ...common, x, y, prefixDims: [3, 9] })).rejects.toMatchObject({
      argument: 'prefixDims',
    });
  });

  test('ranks, recall, statistics and the hardest negatives', async () => {
    const { metrics, hardest } = await lab().contrastive({
      loss: 'clip',
      x,
      y: x,
      normalize: true,
      logitScale: 1,
      metrics: true,
      hardest: 2,
    });
    expect([...(metrics?.rowRanks ?? [])]).toEqual(new Array(12).fill(1));
    expect(metrics?.rowRecall).toEqual({ at1: 1, at5: 1, at10: 1 });
    expect(metrics?.colRecall?.at1).toBe(1);
    expect(metrics?.positives.min).toBeCloseTo(1, 6);
    expect(metrics?.negatives.max).toBeLessThan(1);
    expect(metrics?.negatives.max).toBeCloseTo(Math.max(...(hardest?.logits.data ?? [])), 6);
    expect(hardest?.logits.shape).toEqual([12, 2]);
    expect(hardest?.indices.every((place) => place < 12)).toBe(true);
  });
});
