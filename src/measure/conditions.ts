import { formatMs } from './format.ts';
import type { Report } from './report.ts';

/** Timers of 100 ms that come this seldom are throttled. */
const SLOW_TIMER_MS = 500;
/** A page that waits so long for a frame shares its GPU with more than a kernel's slice. */
const SLOW_FRAME_MS = 250;

/** What disturbed a run, a sentence each; none where nothing did, or where no page was watched. */
export function disturbances({ page }: Report['environment']): string[] {
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
