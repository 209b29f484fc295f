import { describe, expect, test } from 'vitest';
import { flash } from '../../src/operations/attention/variants/flash.ts';
import { naive } from '../../src/operations/attention/variants/naive.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { presets } from '../../src/operations/attention/presets/index.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { groupSize, type AttentionProblem } from '../../src/operations/attention/problem.ts';
import { visibleKeys } from '../../src/operations/attention/visibility.ts';
import { twoPass } from '../../src/operations/attention/variants/two-pass.ts';
import { bind } from '../../src/core/bind.ts';
import type { DeviceProfile } from '../../src/core/device-profile.ts';

const TILE = { blockM: 32, blockN: 32, rows: 8, cols: 8, stageDepth: 0 };
const visits = (partial: Partial<AttentionProblem>, params = TILE) =>
  flash.plan(attentionProblem(partial), params).tiles ?? { visited: NaN, total: NaN };
const share = (partial: Partial<AttentionProblem>, params = TILE): number => {
  const { visited, total } = visits(partial, params);
  return Number(visited) / total;
};

describe('tiles that are visited', () => {
  test('dense: all', () => {
    expect(visits({ numHeads: 3, seqLenQ: 100, seqLenKV: 70 })).toEqual({ visited: 36, total: 36 });
  });

  test('causal at 1024 tokens: at most 55 %, in tiles of 32 and of 64', () => {
    for (const block of [32, 64]) {
      const params = { ...TILE, blockM: block, blockN: block };
      expect(share({ seqLenQ: 1024, causal: 'bottom-right' }, params)).toBeLessThanOrEqual(0.55);
    }
  });

  test('a window of 128 at 4096 tokens: at most 10 %', () => {
    for (const window of [
      [128, 0],
      [64, 64],
      [128, 128],
    ] as const) {
      expect(share({ seqLenQ: 4096, window })).toBeLessThanOrEqual(0.1);
    }
  });

  test('two passes visit twice, of twice as many', () => {
    const { tiles } = twoPass.plan(attentionProblem({ seqLenQ: 1024, causal: 'bottom-right' }), TILE);
    expect(tiles).toEqual({ visited: 2 * 528, total: 2 * 1024 });
  });

  test('no variant without tiles has any', () => {
    expect(naive.plan(attentionProblem({ seqLenQ: 64 }), {}).tiles).toBeUndefined();
  });

  const odd: Partial<AttentionProblem>[] = [
    { seqLenQ: 83, seqLenKV: 19, causal: 'bottom-right' },
    { seqLenQ: 19, seqLenKV: 183, causal: 'top-left' },
    { seqLenQ: 97, window: [5, 3] },
    { seqLenQ: 97, seqLenKV: 301, window: [40, -1], causal: 'bottom-right' },
    { batch: 3, seqLenQ: 70, seqLenKV: 130, seqLensKV: [130, 0, 33] },
    {
      batch: 2,
      numHeads: 4,
      numKVHeads: 2,
      seqLenQ: 64,
      seqLenKV: 130,
      seqLensKV: [130, 33],
      window: [20, 0],
    },
  ];
  test.each(odd)('as many as hold a visible pair: %o', (partial) => {
    const problem = attentionProblem(partial);
    const { batch, numKVHeads, seqLenQ } = problem;
    const seen = new Set<string>();
    for (let entry = 0; entry < batch; entry++) {
      for (let row = 0; row < groupSize(problem) * seqLenQ; row++) {
        const { first, end } = visibleKeys(problem, row % seqLenQ, entry);
        for (let key = first; key < end; key++) {
          seen.add([entry, Math.floor(row / TILE.blockM), Math.floor(key / TILE.blockN)].join());
        }
      }
    }
    expect(visits(partial).visited).toBe(numKVHeads * seen.size);
  });
});

describe('classified tiles', () => {
  const classes = (partial: Partial<AttentionProblem>) => {
    const plan = flash.plan(
      attentionProblem({ batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 64, ...partial }),
      TILE,
    );
    return plan.buffers.find(({ name }) => name === 'tileClasses')?.bytes;
  };

  test('there are none without a mask', () => {
    expect(classes({ causal: 'bottom-right' })).toBeUndefined();
  });

  test('heads that see alike share them, and each of the others has its own', () => {
    const shared = 4 * 4 * 2;
    expect(classes({ maskMod: 'return kv <= q; // b and h are not asked' })).toBe(shared);
    expect(classes({ maskShape: [64, 64] })).toBe(shared);
    expect(classes({ maskMod: 'return kv <= q + h;' })).toBe(4 * shared);
    expect(classes({ maskMod: 'return kv <= q + b;' })).toBe(4 * shared);
    expect(classes({ maskShape: [4, 1, 64] })).toBe(4 * shared);
    expect(classes({ maskShape: [2, 1, 1, 64] })).toBe(4 * shared);
    expect(classes({ maskMod: 'return kv <= q;', seqLensKV: [64, 20] })).toBe(4 * shared);
  });

  test('a device with too few storage buffers is told, and naive serves', () => {
    const problem = attentionProblem({
      numHeads: 2,
      seqLenQ: 64,
      sinks: true,
      biasShape: [64, 64],
      maskShape: [64, 64],
      ...presets.causal.modifiers({}),
    });
    const limits: DeviceProfile['limits'] = {
      maxBufferSize: 2 ** 28,
      maxStorageBufferBindingSize: 2 ** 27,
      maxStorageBuffersPerShaderStage: 8,
      maxComputeWorkgroupStorageSize: 16384,
      maxComputeInvocationsPerWorkgroup: 256,
      maxComputeWorkgroupSizeX: 256,
      maxComputeWorkgroupsPerDimension: 65535,
    };
    const device = { features: [], limits, subgroupMinSize: 4, subgroupMaxSize: 4 };
    const bound = bind(attention, problem, device);
    expect(bound.variant('flash', TILE).supported).toMatch(/9 storage buffers.*allows 8/);
    expect(bound.variant('naive').supported).toBe(true);
    for (const variant of [naive, flash, twoPass]) {
      const { passes } = variant.plan(problem, variant === naive ? {} : TILE);
      const most = Math.max(...passes.map(({ bindings }) => bindings.length));
      expect(most).toBe(variant === naive ? 6 : 9);
    }
  });
});
