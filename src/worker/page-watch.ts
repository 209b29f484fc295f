import { median } from 'simple-statistics';
import type { PageConditions } from '../measure/report.ts';

const TICK_MS = 100;

/** Watches the page while something is measured: a hidden or throttled page makes times that mean little. */
export class PageWatch {
  private readonly intervals: number[] = [];
  private readonly frames: number[] = [];
  private hiddenMs = 0;
  private hiddenSince = document.hidden ? performance.now() : undefined;
  private lastTick = performance.now();
  private readonly timer = setInterval(() => {
    this.tick();
  }, TICK_MS);

  constructor() {
    document.addEventListener('visibilitychange', this.visibilityChanged);
  }

  /** Ends the watch. A run too short for a timer to fire reports the interval that was asked for. */
  stop(): PageConditions {
    clearInterval(this.timer);
    document.removeEventListener('visibilitychange', this.visibilityChanged);
    this.visibilityChanged();
    if (this.hiddenSince !== undefined) this.hiddenMs += performance.now() - this.hiddenSince;
    return {
      hiddenMs: Math.round(this.hiddenMs),
      timerMs: Math.round(this.intervals.length > 0 ? median(this.intervals) : TICK_MS),
      ...(this.frames.length > 0 && { frameMs: Math.round(median(this.frames)) }),
    };
  }

  private tick(): void {
    const now = performance.now();
    this.intervals.push(now - this.lastTick);
    this.lastTick = now;
    // One frame a tick: a loop of them would take time from what is measured.
    requestAnimationFrame(() => this.frames.push(performance.now() - now));
  }

  private readonly visibilityChanged = (): void => {
    const now = performance.now();
    if (this.hiddenSince !== undefined) this.hiddenMs += now - this.hiddenSince;
    this.hiddenSince = document.hidden ? now : undefined;
  };
}
