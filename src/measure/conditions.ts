import { formatMs } from './format.ts';
import type { Report } from './report.ts';

/** A page whose 100 ms timers take this long is throttled. */
const SLOW_TIMER_MS = 500;
/** A page that waits this long for a frame shares its GPU with something else than our kernels. */
const SLOW_FRAME_MS = 250;

/** Sentences about what disturbed a run. Empty if nothing did. */
export function disturbances({ environment, partial, results }: Report): string[] {
  const stopped = `The run was stopped before its end: ${results.length === 1 ? '1 result was' : `${results.length} results were`} final by then.`;
  return [...(partial === true ? [stopped] : []), ...disturbancesOf(environment)];
}

function disturbancesOf({ page }: Report['environment']): string[] {
  // Without a page, as in Node, nobody has watched.
  if (!page) return [];
  const { hiddenMs, timerMs, frameMs = 0 } = page;
  return [
    ...(hiddenMs > 0
      ? [`The page was hidden for ${formatMs(hiddenMs)} of the run: browsers slow hidden pages down.`]
      : []),
    ...(timerMs >= SLOW_TIMER_MS
      ? [`Timers of 100 ms came every ${formatMs(timerMs)}: the browser throttled the page.`]
      : []),
    ...(frameMs >= SLOW_FRAME_MS
      ? [`The page waited ${formatMs(frameMs)} for a frame: the machine was busy with other things.`]
      : []),
  ];
}
