import { describe, expect, test } from 'vitest';
import { compare } from '../../src/core/deviation.ts';
import { errorMap } from '../../src/core/error-map.ts';
import { errorWords } from '../../src/ui/report/charts/error-chart.ts';

const zeros = (count: number) => new Float32Array(count);

/** 64 × 40 values, of which one is off by 3 and another by 1. */
function off(): Float32Array {
  const actual = zeros(64 * 40);
  actual[5 * 40 + 39] = 3;
  actual[63 * 40] = -1;
  return actual;
}

describe('a map of errors', () => {
  test('has the largest of each cell in its place', () => {
    const map = errorMap({ output: 'output', width: 40, actual: off(), expected: zeros(64 * 40) });
    expect(map).toMatchObject({ output: 'output', rows: 64, columns: 40 });
    expect(map?.cells).toHaveLength(32);
    expect(map?.cells[2]?.[31]).toBe(3);
    expect(map?.cells[31]?.[0]).toBe(1);
    expect(map?.cells.flat().filter((error) => error !== 0)).toHaveLength(2);
  });

  test('keeps a NaN, whatever else is in its cell, and has no infinity', () => {
    const actual = Float32Array.from([NaN, 5, 1, Infinity]);
    const map = errorMap({ output: 'lse', actual, expected: Float32Array.from([0, 0, 1, 0]) });
    expect(map?.cells).toEqual([[null], [5], [0], [null]]);
  });

  test('comes with what is wrong alone, and of the output that is furthest off', () => {
    const expected = new Float32Array(4).fill(1);
    const near = { output: 'near', actual: new Float32Array(4).fill(1.01), expected };
    const far = { output: 'far', actual: new Float32Array(4).fill(2), expected };
    expect(compare([near, far], 1e-5, 'all').map?.output).toBe('far');
    expect(compare([near, far], 2, 'all').map).toBeUndefined();
  });

  test('is told in words', () => {
    const map = errorMap({ output: 'output', width: 40, actual: off(), expected: zeros(64 * 40) });
    if (!map) throw new Error('there is a map');
    const cells = map.cells.map((row) => [...row]);
    expect(errorWords({ ...map, cells })).toBe(
      'output is off by up to 3.0e+0, first in rows 4 to 5, column 39; 0 % of its cells are affected.',
    );
  });
});
