import { describe, expect, test } from 'vitest';
import { estimate, verdict, versus } from '../../src/measure/statistics.ts';

describe('estimate', () => {
  test('few samples give their whole range', () => {
    expect(estimate([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3 });
    expect(estimate([5])).toEqual({ median: 5, low: 5, high: 5 });
  });

  test('the ranks of the 95 % interval are those of the binomial table', () => {
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
    // n: lower and upper rank, from the sign-test table at 95 %.
    for (const [n, low, high] of [
      [6, 1, 6],
      [8, 1, 8],
      [9, 2, 8],
      [10, 2, 9],
      [20, 6, 15],
      [50, 18, 33],
    ] as const) {
      expect(estimate(upTo(n))).toMatchObject({ low, high });
    }
  });
});

describe('versus', () => {
  test('pairs rounds, so that drift common to both cancels', () => {
    const drift = [1, 2, 4, 8, 16, 32];
    const {
      ratio,
      low,
      high,
      verdict: said,
    } = versus(
      drift.map((d) => 2 * d),
      drift,
    );
    expect([ratio, low, high, said]).toEqual([2, 2, 2, 'faster']);
  });

  test('two rounds are too few for a verdict', () => {
    expect(versus([10, 10], [1, 1]).verdict).toBe('cannot tell');
  });

  test('verdicts', () => {
    expect(verdict(1.5, 2)).toBe('faster');
    expect(verdict(0.5, 0.6)).toBe('slower');
    expect(verdict(0.98, 1.02)).toBe('same');
    expect(verdict(0.8, 1.4)).toBe('cannot tell');
  });
});
