import { formatNumber } from './format.ts';
import type { Comparison } from './report.ts';
import { FEWEST_ROUNDS, NOTICEABLE } from './statistics.ts';

const range = (low: number, high: number): string => `${formatNumber(low)}–${formatNumber(high)}`;

/** `4.2× faster` and its interval, `4.0–4.4`. The direction is in words, so both numbers are 1 or more. */
export function comparisonText({ ratio, low, high, verdict }: Comparison): { value: string; detail: string } {
  switch (verdict) {
    case 'faster':
      return { value: `${formatNumber(ratio)}× faster`, detail: range(low, high) };
    case 'slower':
      return { value: `${formatNumber(1 / ratio)}× slower`, detail: range(1 / high, 1 / low) };
    case 'same':
      return { value: verdict, detail: `${range(low, high)}×` };
    case 'cannot tell':
      return { value: verdict, detail: `${range(low, high)}×${doubt({ low, high })}` };
  }
}

/** Why nobody can tell, where the interval alone would: faster or slower by so little that it counts as none. */
function doubt({ low, high }: Pick<Comparison, 'low' | 'high'>): string {
  const least = `perhaps by less than ${100 * NOTICEABLE}\u00a0%`;
  return low > 1 ? `: faster, ${least}` : high < 1 ? `: slower, ${least}` : '';
}

/** `4.2× faster (4.0–4.4)`. */
export function formatComparison(comparison: Comparison): string {
  const { value, detail } = comparisonText(comparison);
  return `${value} (${detail})`;
}

/** With fewer rounds there is no 95 % interval, only a range. */
const INTERVAL_FROM = 6;

/** `1.8 × faster than A: 95 % between 1.7 and 1.9`. @param than the name of the baseline */
export function verdictWords(
  { ratio, low, high, verdict }: Comparison,
  rounds: number,
  than: string,
): string {
  const between = (a: number, b: number) => {
    const scope = rounds < INTERVAL_FROM ? `all ${rounds} rounds` : '95 %';
    return `${scope} between ${formatNumber(a)} and ${formatNumber(b)}`;
  };
  switch (verdict) {
    case 'faster':
      return `${formatNumber(ratio)} × faster than ${than}: ${between(low, high)}`;
    case 'slower':
      return `${formatNumber(1 / ratio)} × slower than ${than}: ${between(1 / high, 1 / low)}`;
    case 'same':
      return `as fast as ${than}: ${between(low, high)} times`;
    case 'cannot tell':
      return rounds < FEWEST_ROUNDS
        ? `cannot tell from ${than}: ${rounds === 1 ? '1 round is' : `${rounds} rounds are`} too few`
        : `cannot tell from ${than}: ${between(low, high)} times${doubt({ low, high })}`;
  }
}
