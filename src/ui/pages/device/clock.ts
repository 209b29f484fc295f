/** Readings of the clock: enough to see its step, even one of 100 µs. */
const STEPS = 20;

/**
 * The smallest step by which `performance.now()` moves here, in ms. Pages that are isolated get finer ones.
 * @param now by default the page's clock
 */
export function clockStepMs(now: () => number = () => performance.now()): number {
  let least = Infinity;
  let last = now();
  for (let steps = 0; steps < STEPS;) {
    const next = now();
    if (next === last) continue;
    least = Math.min(least, next - last);
    last = next;
    steps++;
  }
  return least;
}
