import { expect, test, vi } from 'vitest';
import { Ending } from '../../src/core/ending.ts';
import { AbortError, ShapeError } from '../../src/core/errors.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import { mergeHardest } from '../../src/operations/contrastive/ring/merge-hardest.ts';
import { mergeSetup, mergeStatistics } from '../../src/operations/contrastive/ring/merge-lines.ts';
import type { RankHandle } from '../../src/ring/ring.ts';
import { shardsOf } from '../../src/ring/shards.ts';
import type { RankState } from '../../src/ring/steps.ts';
import { PortTransport } from '../../src/ring/transport.ts';
import { ringOf } from '../../src/worker/ring-client.ts';
import { deviceProfile } from '../support/device-profile.ts';

test('shards cover all rows, and differ by one at most', () => {
  for (const total of [4, 5, 7, 22]) {
    const shards = shardsOf(total, 4, 'x');
    const sizes = shards.map(({ count }) => count);
    expect(sizes.reduce((a, b) => a + b)).toBe(total);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    expect(shards.every(({ first }, at) => at === 0 || first === end(shards[at - 1]))).toBe(true);
  }
  expect(() => shardsOf(3, 4, 'x')).toThrow(ShapeError);
});

const end = (shard: { first: number; count: number } | undefined) =>
  shard ? shard.first + shard.count : NaN;

test('columns of a symmetric loss are merged, rows are those of their rank', () => {
  const problem = contrastiveProblem({ loss: 'clip', numRows: 2, embedDim: 1 });
  const halves = shardsOf(2, 2, 'x');
  const homes = { problem, rows: halves, cols: halves };
  // Base, mass, pair of two rows and two columns.
  const first = Float32Array.of(1, 2, 3, 0, 0, 0, 4, 1, 5, 6, 1, 0);
  const second = Float32Array.of(0, 0, 0, 7, 8, 9, 5, 1, 0, -1e38, 0, 6);
  expect([...mergeStatistics(homes, [first, second])]).toEqual([1, 2, 3, 7, 8, 9, 5, 1.5, 5, 6, 1, 6]);
  expect([...mergeSetup(homes, [first, second])].filter((_, at) => at % 3 === 2)).toEqual([3, 9, 5, 6]);
  first[7] = NaN;
  expect(mergeStatistics(homes, [first, second])[7]).toBeNaN();
});

test('lists of hardest negatives are merged in the order of columns', () => {
  const none = 2 ** 32 - 1;
  const lists = [
    { logits: Float32Array.of(3, NaN, 1, -Infinity), places: Uint32Array.of(0, 1, 2, none) },
    { logits: Float32Array.of(3, 2, -Infinity, -Infinity), places: Uint32Array.of(4, 5, none, none) },
  ];
  const { logits, places } = mergeHardest(lists, 2);
  expect([...logits]).toEqual([3, 3, 1, -Infinity]);
  expect([...places]).toEqual([0, 4, 2, none]);
});

test('a transport counts bytes, keeps what comes early, and ends what is waited for', async () => {
  const { port1, port2 } = new MessageChannel();
  const [here, there] = [new PortTransport(port1, port1), new PortTransport(port2, port2)];
  here.send('b', Float32Array.of(1, 2));
  here.send('a', Float32Array.of(3));
  expect([...(await there.receive('a'))]).toEqual([3]);
  expect([...(await there.receive('b'))]).toEqual([1, 2]);
  expect([here.sentBytes, there.receivedBytes]).toEqual([12, 12]);
  const waiting = there.receive('c');
  there.close(new AbortError());
  await expect(waiting).rejects.toBeInstanceOf(AbortError);
  here.close(new AbortError());
});

/** A ring whose rank 1 differs; no call of its ranks ends by itself. */
async function ringWith(
  failed: number[],
  one: (onState: (state: RankState) => void) => void,
  alive?: RankHandle['alive'],
) {
  const rankOf = (rank: number): RankHandle => {
    const life = new Ending();
    const forever = () => life.guard(new Promise<never>(() => undefined));
    return {
      open: () => Promise.resolve(deviceProfile(16384, 32)),
      begin(_task, _ports, onState) {
        if (rank === 1) one(onState);
        else onState('wait');
        return forever();
      },
      statistics: forever,
      gradients: forever,
      attention: forever,
      ...(alive && { alive: rank === 1 ? alive : () => Promise.resolve() }),
      end: () => Promise.resolve(),
      fail(reason) {
        failed.push(rank);
        life.end(reason);
      },
      close: () => undefined,
    };
  };
  return ringOf([0, 1, 2].map(rankOf));
}

const x = { shape: [3, 1], data: new Float32Array(3) };
const loss = { loss: 'clip', x, y: x } as const;

test('a rank that is silent fails the call by its number, and those that wait for it do not', async () => {
  const failed: number[] = [];
  const ring = await ringWith(failed, () => undefined);
  const call = ring.contrastive(loss, { watchMs: 20 });
  await expect(call).rejects.toMatchObject({ name: 'DeviceLostError', kind: 'hung' });
  await expect(call).rejects.toThrow('rank 1');
  expect(failed).toEqual([1]);
});

test('a rank whose thread hangs fails the call by its number, though it waited for others', async () => {
  vi.useFakeTimers();
  try {
    const failed: number[] = [];
    const hung = () => new Promise<never>(() => undefined);
    const ring = await ringWith(failed, (onState) => onState('wait'), hung);
    const call = expect(ring.contrastive(loss, { watchMs: 20 })).rejects.toThrow(
      'rank 1: no sign of life for 10 s',
    );
    await vi.advanceTimersByTimeAsync(11_000);
    await call;
    expect(failed).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
