/** The numbers first, first + step, … */
export interface Steps {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** x → x + offset, kept between low and high, which are not negative. */
export interface Clamped {
  readonly offset: number;
  readonly low: number;
  readonly high: number;
}

/** Σ ⌊clamped(x) / divisor⌋ over the steps, in the time of a few divisions. */
export function sumOfFloors({ offset, low, high }: Clamped, { first, step, count }: Steps, divisor: number) {
  const start = first + offset;
  const stepsTo = (limit: number) => Math.min(count, Math.max(0, Math.ceil((limit - start) / step)));
  const below = stepsTo(low);
  const between = Math.max(below, stepsTo(high)) - below;
  return (
    below * Math.floor(low / divisor) +
    floorSum(between, divisor, step, start + below * step) +
    (count - below - between) * Math.floor(high / divisor)
  );
}

/**
 * Σ ⌊(factor · i + start) / divisor⌋ over i from 0 to count − 1: whole parts are summed at once, and the lattice points
 * that remain below the line are counted from its other side, as in Euclid's algorithm.
 */
function floorSum(count: number, divisor: number, factor: number, start: number): number {
  let sum = 0;
  while (count > 0) {
    sum += ((count * (count - 1)) / 2) * Math.floor(factor / divisor) + count * Math.floor(start / divisor);
    const top = (factor % divisor) * count + (start % divisor);
    [count, start] = [Math.floor(top / divisor), top % divisor];
    [divisor, factor] = [factor % divisor, divisor];
  }
  return sum;
}
