import type { Pass } from '../core/plan.ts';
import { RecentlyUsed } from '../core/recently-used.ts';

/** A part of a pass: workgroups `first` up to `end`. */
export interface Slice {
  readonly pass: number;
  readonly first: number;
  readonly end: number;
}

/** The longest a single submission should keep the GPU busy. Watchdogs bite at about 2 s. */
export const TARGET_SLICE_MS = 100;

/** Aimed at, so that a misjudged slice still stays under the target. */
const AIM_MS = 0.6 * TARGET_SLICE_MS;

/** FLOPs dared on code whose speed is not known yet: 100 ms even at 0.1 GFLOP/s. */
const FIRST_FLOPS = 1e7;

/** Largest growth from one slice to the next, so that one fast reading cannot mislead far. */
const MAX_GROWTH = 8;

/** Runs shorter than this are dominated by the cost of submitting them. */
const SHORT_MS = 5;

/** Pipelines whose speed is kept: more than a cache of pipelines holds. */
const MAX_SPEEDS = 1024;

/** FLOPs of a workgroup; no less than one, so that a pass in which nothing is seen has a speed, too. */
const perWorkgroup = (pass: Pass): number => Math.max(1, pass.flops / pass.workgroups);

/** Learns how fast each pipeline runs and cuts passes into slices of about `AIM_MS`. */
export class Pacer {
  private readonly flopsPerMs = new RecentlyUsed<string, number>(MAX_SPEEDS);

  /** Whether the speed of this code is known. */
  knows(key: string): boolean {
    return this.flopsPerMs.has(key);
  }

  /** Workgroups to dispatch next out of `left`, within `budgetMs`. At least one. */
  take(key: string, pass: Pass, left: number, budgetMs: number): number {
    const rate = this.flopsPerMs.get(key);
    // Unproven loops start with one workgroup, so the guard trips quickly.
    const dared = pass.mostTurns === undefined ? FIRST_FLOPS : 0;
    const flops = rate === undefined ? dared : rate * budgetMs;
    return Math.max(1, Math.min(left, Math.floor(flops / perWorkgroup(pass))));
  }

  /** Time expected for `workgroups` of a pass, in ms; infinite while unknown. */
  estimate(key: string, pass: Pass, workgroups: number): number {
    const rate = this.flopsPerMs.get(key);
    return rate === undefined ? Infinity : (perWorkgroup(pass) * workgroups) / rate;
  }

  /** Learns from a submission that ran nothing but `workgroups` of one pass. */
  learn(key: string, pass: Pass, workgroups: number, ms: number): void {
    const flops = perWorkgroup(pass) * workgroups;
    const before = this.flopsPerMs.get(key) ?? FIRST_FLOPS / AIM_MS;
    let rate = Math.min(flops / Math.max(ms, 0.05), MAX_GROWTH * before);
    // A short run is mostly overhead: it shows that the code is not slow, but not how fast it is.
    if (ms < SHORT_MS) rate = Math.max(rate, before);
    this.flopsPerMs.set(key, this.knows(key) ? (before + rate) / 2 : rate);
  }

  /**
   * Cuts the next submission off a queue of slices: as many as are expected to fit, or a single one of
   * code that has not been timed.
   */
  nextBatch(queue: Slice[], passes: readonly Pass[], keys: readonly string[]): Slice[] {
    const batch: Slice[] = [];
    let budget = AIM_MS;
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      const pass = passes[head.pass];
      const key = keys[head.pass];
      if (pass === undefined || key === undefined) throw new RangeError(`no pass ${head.pass}`);
      const left = head.end - head.first;
      // A loop that is cut off leaves its place, but not its pass.
      const lone = !this.knows(key) || pass.mostTurns !== undefined;
      if (batch.length > 0 && (lone || this.estimate(key, pass, 1) > budget)) break;
      const count = this.take(key, pass, left, budget);
      batch.push({ pass: head.pass, first: head.first, end: head.first + count });
      if (count === left) queue.shift();
      else queue[0] = { ...head, first: head.first + count };
      budget -= this.estimate(key, pass, count);
      if (lone || budget <= 0) break;
    }
    return batch;
  }
}

/** All of a plan's passes as one queue, repeated. */
export function wholePasses(passes: readonly Pass[], repetitions = 1): Slice[] {
  const once = passes.map((pass, index) => ({ pass: index, first: 0, end: pass.workgroups }));
  return Array.from({ length: repetitions }, () => once).flat();
}

/** Dispatch dimensions for `count` workgroups: folded past `limit`, the excess cut off in the shader. */
export function fold(count: number, limit: number): readonly [number, number] {
  if (count <= limit) return [count, 1];
  const rows = Math.ceil(count / limit);
  return [Math.ceil(count / rows), rows];
}
