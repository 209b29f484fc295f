/** The extent of positive values on a log axis, widened by `padding` of its length at either end. */
export function logDomain(values: readonly number[], padding = 0.06): [number, number] {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  if (positive.length === 0) return [1, 10];
  const low = Math.log2(Math.min(...positive));
  const high = Math.log2(Math.max(...positive));
  // A lone value still gets an axis: one doubling in all.
  const margin = Math.max((high - low) * padding, high === low ? 0.5 : 0.1);
  return [2 ** (low - margin), 2 ** (high + margin)];
}

/** 1, 10, 100 … inside the domain, with 2 and 5 between them while they fit. */
export function decimalTicks([low, high]: readonly [number, number], most = 9): number[] {
  for (const steps of [[1, 2, 5], [1, 3], [1]]) {
    const ticks = decades(low, high)
      .flatMap((decade) => steps.map((step) => step * decade))
      .filter((tick) => tick >= low && tick <= high);
    if (ticks.length <= most && ticks.length > 0) return ticks;
  }
  return [low, high];
}

function decades(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const count = Math.ceil(Math.log10(high)) - first + 1;
  return Array.from({ length: count }, (_, index) => Number(`1e${first + index}`));
}

/** Round values from zero to `top`, six at most. */
export function linearTicks(top: number): number[] {
  const rough = top / 5;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10].map((factor) => factor * decade).find((candidate) => candidate >= rough) ?? rough;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step);
}

/** Powers of two inside the domain, thinned evenly to at most `most`. */
export function binaryTicks([low, high]: readonly [number, number], most = 8): number[] {
  const first = Math.ceil(Math.log2(low));
  const last = Math.floor(Math.log2(high));
  const step = Math.max(1, Math.ceil((last - first + 1) / most));
  const ticks = [];
  for (let power = Math.ceil(first / step) * step; power <= last; power += step) ticks.push(2 ** power);
  return ticks;
}

/** The measured sizes themselves, thinned from the largest down until labels do not touch. */
export function sizeTicks(
  sizes: readonly number[],
  [low, high]: readonly [number, number],
  plotWidth: number,
): number[] {
  const position = (size: number) => (Math.log2(size / low) / Math.log2(high / low)) * plotWidth;
  const kept: number[] = [];
  for (const size of [...sizes].sort((a, b) => b - a)) {
    const next = kept[0];
    const room = next === undefined ? Infinity : position(next) - position(size);
    if (room >= 9 + 7 * String(size).length) kept.unshift(size);
  }
  return kept;
}
