import type { RankSpan } from './run.ts';

/** Where a rank's time went, in milliseconds. */
export interface RankTimes {
  readonly workMs: number;
  /** Time in which the rank waited for other ranks. */
  readonly waitMs: number;
  /** Time in which something was on its way to the rank. */
  readonly transferMs: number;
  /** The part of `transferMs` in which the rank did not wait: transfer that work hides. */
  readonly hiddenMs: number;
}

/** A stretch of time: from, to. */
type Stretch = readonly [number, number];

/** Stretches in order, those that overlap put together. */
function union(stretches: readonly Stretch[]): Stretch[] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...stretches].sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

const lengthOf = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, [start, end]) => sum + end - start, 0);

/** Time that is in both. */
const shared = (a: readonly Stretch[], b: readonly Stretch[]): number =>
  lengthOf(a) + lengthOf(b) - lengthOf(union([...a, ...b]));

export function rankTimes(timeline: readonly RankSpan[]): RankTimes {
  const of = (kind: RankSpan['kind']) =>
    union(timeline.filter((span) => span.kind === kind).map(({ startMs, endMs }) => [startMs, endMs]));
  const [work, wait, transfer] = [of('work'), of('wait'), of('transfer')];
  return {
    workMs: lengthOf(work),
    waitMs: lengthOf(wait),
    transferMs: lengthOf(transfer),
    hiddenMs: lengthOf(transfer) - shared(transfer, wait),
  };
}
