import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromHalf, toHalf, valuesOf } from '../../src/core/half.ts';
import type { ContrastiveArgs, ContrastiveResult } from '../../src/index.ts';
import type { Ring } from '../../src/worker/ring-client.ts';
import { useAnyLab } from '../support/any-lab.ts';
import { tensor } from '../support/lab.ts';
import { anyRing, compare, params } from '../support/ring.ts';

const lab = useAnyLab();
const [N, DIM] = [22, 6];
const [x, y] = [tensor(1, N, DIM), tensor(2, N, DIM)];
const places = Array.from({ length: N }, (_, i) => i);

// A shard of each size, and columns that a rank passes on.
let ring: Ring | undefined;
beforeAll(async () => {
  ring = await anyRing(3);
});
afterAll(() => ring?.close());

const all = ['x', 'y', 'logitScale'] as const;
const labels = places.map((i) => (7 * i + 3) % N);
const CASES: Readonly<Record<string, ContrastiveArgs>> = {
  'clip with all options': {
    ...({ loss: 'clip', x, y, gradients: all, normalize: true, logitScale: 8, margin: 0.1 } as const),
    ...{ labelSmoothing: 0.1, metrics: true, hardest: 3, falseNegativeMargin: 0.2, queue: tensor(4, 7, DIM) },
    ...{ ids: places.map((i) => i >> 1), hardNegatives: tensor(5, N, 2, DIM) },
  },
  'clip, a scale and a loss per row': {
    ...({ loss: 'clip', x, y, gradients: all, reduction: 'none' } as const),
    logitScale: Float32Array.from(places, (i) => 2 + i / 10),
  },
  'clip over prefixes': { loss: 'clip', x, y, gradients: all, prefixDims: [2, DIM], normalize: true },
  'info-nce with labels and a queue': {
    ...({ loss: 'info-nce', x, y, labels, gradients: all } as const),
    queue: tensor(4, 9, DIM),
  },
  'info-nce, labels of each row, some dropped': {
    ...({ loss: 'info-nce', x, y, gradients: all, ignoreIndex: -1, softcap: 9, zLoss: 0.01 } as const),
    labels: { shape: [N, 2], data: places.flatMap((i) => [i % 3 === 0 ? -1 : i, (5 * i + 2) % N]) },
  },
  'bce, labels of each row': {
    ...({ loss: 'bce', x, y, gradients: [...all, 'logitBias'], ignoreIndex: -1, logitBias: -2 } as const),
    labels: { shape: [N, 2], data: places.flatMap((i) => [i % 3 === 0 ? -1 : i, (5 * i + 2) % N]) },
  },
  'soft-targets, with a queue': {
    ...({ loss: 'soft-targets', x, y, gradients: all, normalize: true, queue: tensor(4, 9, DIM) } as const),
    ...{ teacherX: tensor(6, N, 4), teacherY: tensor(7, N + 9, 4), teacherScale: 0.7 },
  },
  'siglip, normalised, per row, with metrics': {
    ...({ loss: 'siglip', x, y, logitBias: -2, gradients: ['y'], reduction: 'none' } as const),
    ...{ normalize: true, metrics: true },
  },
  'nt-xent': { loss: 'nt-xent', x, gradients: ['x', 'logitScale'], normalize: true, metrics: true },
  dcl: { loss: 'dcl', x, y, gradients: all },
  dclw: { loss: 'dclw', x, y, gradients: all, normalize: true },
  'sup-con': { loss: 'sup-con', x, labels: places.map((i) => i % 5), gradients: ['x', 'logitScale'] },
  'sup-con of two tensors': {
    ...({ loss: 'sup-con', x, y: tensor(3, N + 3, DIM), gradients: all, logitScale: 5 } as const),
    ...{
      labels: places.map((i) => i % 5),
      columnLabels: Array.from({ length: N + 3 }, (_, j) => (3 * j) % 7),
    },
  },
};

test.each(Object.entries(CASES))('%s: a ring gives what one device gives', async (_name, args) => {
  const whole = await lab().contrastive(args, { variant: 'tiled', params });
  const found = await ring?.contrastive(args, { params });
  expect(found).toBeDefined();
  if (found) compare(found, whole);
});

test('embeddings of f16 give what one device gives of the values that they hold, with or without shader-f16', async () => {
  const given = { loss: 'nt-xent', gradients: ['x', 'logitScale'], normalize: true, metrics: true } as const;
  const data = toHalf(valuesOf(x.data));
  const held = { ...given, x: { shape: [N, DIM], dtype: 'f16', data } } satisfies ContrastiveArgs;
  const values = { ...given, x: { shape: [N, DIM], data: fromHalf(data) } };
  const found: ContrastiveResult | undefined = await ring?.contrastive(held, { params, check: true });
  expect(found?.run.check?.ok).toBe(true);
  const wanted: ContrastiveResult = await lab().contrastive(values, { variant: 'tiled', params });
  if (found) compare(found, wanted);
});
