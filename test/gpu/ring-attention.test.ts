import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  AbortError,
  DeviceLostError,
  presets,
  UnsupportedError,
  type AttentionArgs,
  type RingAttentionOptions,
} from '../../src/index.ts';
import { toHalf } from '../../src/core/half.ts';
import type { Ring } from '../../src/worker/ring-client.ts';
import { tensor } from '../support/lab.ts';
import {
  anyRing,
  ATTENTION,
  attentionParams as params,
  compare,
  countedGpu,
  localRing,
} from '../support/ring.ts';

const rings = new Map<number, Ring>();
beforeAll(async () => {
  for (const ranks of [1, 2, 3, 4]) rings.set(ranks, await anyRing(ranks));
});
afterAll(() => {
  for (const ring of rings.values()) ring.close();
});
const ringOf = (ranks: number): Ring => {
  const ring = rings.get(ranks);
  if (ring === undefined) throw new Error('rings open before the first test');
  return ring;
};

const DIM = 8;
const tensors = (batch: number, heads: number, kvHeads: number, queries: number, keys: number) => ({
  query: tensor(1, batch, heads, queries, DIM),
  key: tensor(2, batch, kvHeads, keys, DIM),
  value: tensor(3, batch, kvHeads, keys, DIM),
});

/** Output, lse and all gradients, each of which the ring itself holds against float64. */
async function results(ranks: number, args: AttentionArgs, given: RingAttentionOptions = {}) {
  const options = { params, check: true, ...given };
  const forward = await ringOf(ranks).attention(args, options);
  const outputGrad = tensor(9, ...forward.output.shape);
  const backward = await ringOf(ranks).attentionBackward({ ...args, outputGrad }, options);
  for (const { run } of [forward, backward]) {
    expect(run.check?.ok, `${run.operation}: ${JSON.stringify(run.check)}`).toBe(true);
  }
  return { forward, backward };
}

const ids = (length: number, period: number) =>
  Uint8Array.from({ length }, (_, at) => (at % period === 0 ? 0 : 1));

test.each([1, 2, 3, 4])('%i ranks give what one device gives', async (ranks) => {
  const args = { ...tensors(1, 4, 2, 22, 22), causal: true };
  const { forward, backward } = await results(ranks, args);
  const one = await results(1, args);
  compare(forward, one.forward, ATTENTION);
  compare(backward, one.backward, ATTENTION);
  // 4 heads of 2 groups: ranks have one or two of them, and share groups.
  if (ranks === 1 || ranks === 3) await results(ranks, args, { schedule: 'all-to-all' });
});

test('f16 is rounded once, in the end, and checked as what it is', async () => {
  const args = tensors(1, 4, 2, 22, 22);
  const half = ({ shape, data }: typeof args.query) =>
    ({ shape, dtype: 'f16', data: toHalf(data as Float32Array) }) as const;
  const { query, key, value } = args;
  const held = { query: half(query), key: half(key), value: half(value), causal: true };
  const { output, run } = await ringOf(2).attention(held, { params, check: true });
  expect(output).toMatchObject({ dtype: 'f16' });
  expect(run.check?.ok).toBe(true);
});

const CASES: Readonly<Record<string, AttentionArgs>> = {
  'lengths, window, ALiBi, sinks, rope, softcap': {
    ...tensors(2, 4, 2, 13, 26),
    ...{ causal: true, window: [9, 0], seqLensKV: [26, 17], softcap: 4, rope: {} },
    ...{ sinks: Float32Array.of(0.5, -1, 2, 0), alibiSlopes: Float32Array.of(0.5, 0.25, 0.1, 0.05) },
  },
  'bias, mask, logit scales, presets': {
    ...tensors(2, 4, 2, 13, 26),
    bias: tensor(4, 1, 4, 13, 26),
    mask: { shape: [2, 1, 13, 26], data: ids(2 * 13 * 26, 4) },
    logitScales: Float32Array.of(0.5, 2, 1, 1.5),
    ...presets.softcap.modifiers({ cap: 2 }),
    ...presets.sinkWindow.modifiers({ sinks: 2, left: 6 }),
  },
  'documents, a bias by key, a block mask by head': {
    ...tensors(1, 4, 2, 26, 26),
    ...{ causal: true, cuSeqLensQ: [0, 11, 26], cuSeqLensKV: [0, 15, 26], bias: tensor(4, 1, 1, 26) },
    blockMask: {
      ...{ blockM: 5, blockN: 7 },
      blocks: { shape: [1, 4, 6, 4], data: ids(4 * 6 * 4, 5) },
    },
  },
  'scores of two terms': {
    ...tensors(1, 2, 2, 13, 13),
    ...{ causal: true, softmaxScale: 20, scorePrecision: 'two-term' },
  },
};

test.each(Object.entries(CASES))('%s: in shards', async (_name, args) => {
  await results(2, args);
  await results(2, args, { schedule: 'all-to-all' });
});

test('bytes are those of the theory; where heads change places they stay as ranks and length grow together', async () => {
  const sent = async (ranks: number, length: number, schedule: 'ring' | 'all-to-all', backward: boolean) => {
    const args = { ...tensors(1, 4, 4, length, length), causal: true };
    const outputGrad = tensor(9, 1, 4, length, DIM);
    const { run } = backward
      ? await ringOf(ranks).attentionBackward({ ...args, outputGrad }, { schedule, params })
      : await ringOf(ranks).attention(args, { schedule, params });
    expect(run.ranks?.map((rank) => rank.receivedBytes)).toEqual(run.ranks?.map((rank) => rank.sentBytes));
    return run.ranks?.map((rank) => rank.sentBytes);
  };
  const one = 4 * 4 * 8 * DIM;
  // Keys and values of the other ranks, once; for gradients twice, and the gradients.
  expect(await sent(4, 8, 'ring', false)).toEqual(Array.from({ length: 4 }, () => 2 * one * (3 / 4)));
  expect(await sent(4, 8, 'ring', true)).toEqual(Array.from({ length: 4 }, () => 6 * one * (3 / 4)));
  // Query, key, value, output and its lse, of 3/4 of the heads of a quarter of the rows.
  const changed = (4 * one + one / DIM) / 4;
  expect(await sent(4, 8, 'all-to-all', false)).toEqual(Array.from({ length: 4 }, () => (3 / 4) * changed));
  expect(await sent(2, 4, 'all-to-all', false)).toEqual(Array.from({ length: 2 }, () => (1 / 2) * changed));
});

test('what cannot be cut into shards is refused by name', async () => {
  const args = tensors(1, 4, 2, 3, 3);
  const selected = { indices: { shape: [1, 2, 1], data: Int32Array.of(0, 1) } };
  await expect(ringOf(2).attention({ ...args, selected })).rejects.toMatchObject({ argument: 'selected' });
  await expect(ringOf(2).attention(args, { schedule: 'star' as 'ring' })).rejects.toThrow('schedule');
  await expect(ringOf(2).attention(args, { variant: 'naive' })).rejects.toBeInstanceOf(UnsupportedError);
  await expect(ringOf(4).attention(args)).rejects.toThrow('ranks: expected at most 3, the rows of query');
  const one = tensors(1, 1, 1, 8, 8);
  await expect(ringOf(2).attention(one, { schedule: 'all-to-all' })).rejects.toThrow('the heads of query');
});

test('a lost device and an abort end the call, the next one works, and no buffer stays', async () => {
  const buffers = new Set<GPUBuffer>();
  const { ring, ranks } = await localRing(2, countedGpu(navigator.gpu, buffers));
  const args = { ...tensors(1, 4, 2, 22, 22), causal: true };
  const wanted = await ring.attention(args, { params });
  const held = buffers.size;
  const controller = new AbortController();
  const aborted = ring.attention(args, { params, signal: controller.signal });
  setTimeout(() => {
    controller.abort();
  });
  await expect(aborted).rejects.toBeInstanceOf(AbortError);
  await ring.attention(args, { params });
  expect(buffers.size).toBe(held);

  const running = ring.attention(args, { params });
  setTimeout(() => void ranks[1]?.loseDevice());
  await expect(running).rejects.toBeInstanceOf(DeviceLostError);
  await expect(running).rejects.toThrow('rank 1');
  compare(await ring.attention(args, { params }), wanted, ATTENTION);
  ring.close();
});
