import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, Pacer, TARGET_SLICE_MS, wholePasses } from '../../src/gpu/slices.ts';
import type { Pass } from '../../src/core/plan.ts';

const pass = (workgroups: number, flops: number): Pass => ({
  label: 'p',
  shader: 's',
  conditions: {},
  constants: {},
  uniforms: [],
  bindings: [],
  workgroups,
  flops,
});

test('fold covers every workgroup and stays within the limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e8 }), (count) => {
      const [x, y] = fold(count, 65535);
      expect(x).toBeLessThanOrEqual(65535);
      expect(y).toBeLessThanOrEqual(65535);
      expect(x * y).toBeGreaterThanOrEqual(count);
      expect(x * y - count).toBeLessThan(y);
    }),
  );
  expect(fold(65535, 65535)).toEqual([65535, 1]);
  expect(fold(65536, 65535)).toEqual([32768, 2]);
});

/** Runs a pass on a pretended device of known speed and returns each submission's time. */
function drain(pacer: Pacer, work: Pass, flopsPerMs: number): { ms: number[]; covered: number } {
  const queue = wholePasses([work]);
  const ms: number[] = [];
  let covered = 0;
  while (queue.length > 0) {
    for (const { first, end } of pacer.nextBatch(queue, [work], ['k'])) {
      expect(first).toBe(covered);
      const took = ((work.flops / work.workgroups) * (end - first)) / flopsPerMs;
      pacer.learn('k', work, end - first, took);
      ms.push(took);
      covered = end;
    }
  }
  return { ms, covered };
}

describe('Pacer', () => {
  test('slices cover the pass once and stay short, on slow and fast devices', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 5, max: 10, noNaN: true }),
        fc.integer({ min: 100, max: 100_000 }),
        (log10FlopsPerMs, workgroups) => {
          const speed = 10 ** log10FlopsPerMs;
          const { ms, covered } = drain(new Pacer(), pass(workgroups, 1e11), speed);
          expect(covered).toBe(workgroups);
          const single = 1e11 / workgroups / speed;
          for (const took of ms) expect(took).toBeLessThanOrEqual(Math.max(TARGET_SLICE_MS, single) + 1e-6);
        },
      ),
    );
  });

  test('known speed makes few slices', () => {
    const pacer = new Pacer();
    const work = pass(10_000, 1e9);
    drain(pacer, work, 1e6);
    drain(pacer, work, 1e6);
    expect(drain(pacer, work, 1e6).ms.length).toBeLessThanOrEqual(1e9 / 1e6 / 40);
  });

  test('passes of no FLOPs that take their time come to an end', () => {
    const pacer = new Pacer();
    const passes = [pass(3, 0), pass(6, 0)];
    pacer.learn('k', pass(3, 0), 3, 50);
    const queue = wholePasses(passes);
    for (let submissions = 0; queue.length > 0; submissions++) {
      expect(submissions).toBeLessThanOrEqual(9);
      expect(pacer.nextBatch(queue, passes, ['k', 'k']).length).toBeLessThanOrEqual(2);
    }
  });

  test('short passes of known speed share a submission', () => {
    const pacer = new Pacer();
    const work = pass(10, 1e4);
    drain(pacer, work, 1e6);
    const queue = wholePasses([work, work, work]);
    expect(pacer.nextBatch(queue, [work, work, work], ['k', 'k', 'k'])).toHaveLength(3);
    expect(queue).toHaveLength(0);
  });
});
