import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AbortError,
  DeviceLostError,
  openRing,
  ShapeError,
  UnsupportedError,
  type ContrastiveArgs,
} from '../../src/index.ts';
import type { Ring } from '../../src/worker/ring-client.ts';
import { useAnyLab } from '../support/any-lab.ts';
import { tensor } from '../support/lab.ts';
import { outputDifference } from '../../src/measure/output-difference.ts';
import { compare, localRing, params } from '../support/ring.ts';

const lab = useAnyLab();
const [N, DIM] = [22, 6];
const [x, y] = [tensor(1, N, DIM), tensor(2, N, DIM)];

const rings = new Map<number, Ring>();
beforeAll(async () => {
  for (const ranks of [1, 2, 3, 4]) rings.set(ranks, await openRing({ ranks }));
});
afterAll(() => {
  for (const ring of rings.values()) ring.close();
});
const ringOf = (ranks: number): Ring => {
  const ring = rings.get(ranks);
  if (ring === undefined) throw new Error('rings open before the first test');
  return ring;
};

const all = ['x', 'y', 'logitScale'] as const;

test.each([1, 2, 3, 4])('%i ranks give what one device gives', async (ranks) => {
  const clip = { loss: 'clip', x, y, gradients: all, metrics: true, normalize: true } as const;
  const one = { variant: 'tiled', params };
  compare(await ringOf(ranks).contrastive(clip, { params }), await lab().contrastive(clip, one));
  const siglip = { loss: 'siglip', x, y, logitBias: -2, gradients: [...all, 'logitBias'] } as const;
  compare(await ringOf(ranks).contrastive(siglip, { params }), await lab().contrastive(siglip, one));
});

test('hardest negatives come in the order of columns, equal ones too', async () => {
  // Each row of y comes three times over.
  const third = tensor(5, 8, DIM).data;
  const again = { shape: [24, DIM], data: Float32Array.of(...third, ...third, ...third) };
  const args = {
    ...({ loss: 'clip', x: tensor(1, 24, DIM), y: again, labelSmoothing: 0.1, margin: 0.1 } as const),
    ...{ hardest: 5, metrics: true, queue: tensor(4, 7, DIM), hardNegatives: tensor(6, 24, 2, DIM) },
    ...{ falseNegativeMargin: 0.5, ids: Array.from({ length: 24 }, (_, i) => i >> 1), gradients: all },
  };
  const wanted = await lab().contrastive(args, { variant: 'tiled', params });
  const found = await ringOf(3).contrastive(args, { params });
  compare(found, wanted);
  expect(found.hardest?.indices).toEqual(wanted.hardest?.indices);
});

test('bytes are those of the theory: y once a round, and its gradient once', async () => {
  const [rows, ranks] = [24, 4];
  const args = { x: tensor(1, rows, DIM), y: tensor(2, rows, DIM), gradients: ['x', 'y'] } as const;
  const once = ((ranks - 1) / ranks) * 4 * rows * DIM;
  const bytes = async (call: ContrastiveArgs) =>
    (await ringOf(ranks).contrastive(call, { params })).run.ranks?.map(({ sentBytes, receivedBytes }) => [
      sentBytes,
      receivedBytes,
    ]);
  const each = (rounds: number) => Array.from({ length: ranks }, () => [rounds * once, rounds * once]);
  // Pairs: y and its gradient, 2 (P − 1) / P of y.
  expect(await bytes({ loss: 'siglip', ...args })).toEqual(each(2));
  // A softmax: y twice, 2 (P − 1) / P, and its gradient once.
  expect(await bytes({ loss: 'clip', ...args })).toEqual(each(3));
  expect(await bytes({ loss: 'clip', ...args, gradients: [] })).toEqual(each(1));
});

test('a seeded problem gives what one device computes of it', async () => {
  // Of the kernels that are compiled already.
  const problem = { numRows: N, embedDim: DIM, normalize: true, metrics: true };
  const loss = { operation: 'contrastive', problem } as const;
  const { outputs, run } = await ringOf(2).compute(loss, { params, check: true });
  expect(run.check?.ok).toBe(true);
  const wanted = await lab().compute({ ...loss, variant: 'tiled', params });
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(wanted.outputs).sort());
  expect(outputDifference(outputs, wanted.outputs)).toBeLessThan(3e-6);
  const nothing = ringOf(2).compute({ operation: 'contrastive' } as never);
  await expect(nothing).rejects.toThrow('problem: expected an object');
  const misspelt = { ...problem, numRow: N } as never;
  await expect(ringOf(2).compute({ operation: 'contrastive', problem: misspelt })).rejects.toThrow('numRow');
  const pages = { pageSize: 4, numPages: 3, pagesPerEntry: 3 };
  const paged = ringOf(2).compute({ operation: 'attention', problem: { pages } });
  await expect(paged).rejects.toThrow('pages: not in a ring');
});

test('what a ring cannot do is refused by name', async () => {
  await expect(openRing({ ranks: 0 })).rejects.toThrow('ranks: expected');
  await expect(openRing({ ranks: 1.5 })).rejects.toBeInstanceOf(ShapeError);
  const few = { loss: 'clip', x: tensor(1, 3, DIM), y: tensor(2, 3, DIM) } as const;
  await expect(ringOf(4).contrastive(few)).rejects.toThrow('ranks: expected at most 3');
  await expect(ringOf(2).contrastive(few, { keep: true })).rejects.toBeInstanceOf(UnsupportedError);
  await expect(ringOf(2).contrastive(few, { variant: 'naive' })).rejects.toThrow("variant 'naive'");
  await expect(ringOf(2).contrastive({ ...few, margin: NaN })).rejects.toThrow('margin');
});

describe('faults', () => {
  const args = { loss: 'clip', x, y, gradients: all } as const;

  test('a lost device fails the call by its rank, and the next call works', async () => {
    const { ring, ranks } = await localRing(3);
    const wanted = await ring.contrastive(args, { params });
    const running = ring.contrastive(args, { params, onProgress: () => void ranks[1]?.loseDevice() });
    await expect(running).rejects.toBeInstanceOf(DeviceLostError);
    await expect(running).rejects.toThrow('rank 1');
    compare(await ring.contrastive(args, { params }), wanted);
    ring.close();
  });

  test('an abort ends all ranks, and the next call works', async () => {
    const controller = new AbortController();
    const running = ringOf(3).contrastive(args, {
      params,
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    });
    await expect(running).rejects.toBeInstanceOf(AbortError);
    expect((await ringOf(3).contrastive(args, { params })).loss).toBeGreaterThan(0);
  });

  test('a closed ring ends what runs and takes no more', async () => {
    const { ring } = await localRing(2);
    const running = ring.contrastive(args, { params });
    ring.close();
    await expect(running).rejects.toBeInstanceOf(AbortError);
    await expect(ring.contrastive(args)).rejects.toBeInstanceOf(AbortError);
  });
});
