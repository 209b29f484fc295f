/** What derives from the rows of a table: fields, checks, conditions, uniforms, buffers, inputs and arguments. */
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/core/errors.ts';
import { optionBuffers, optionInputs, optionValues, placeUniforms } from '../../src/core/option-data.ts';
import type { OptionKernel } from '../../src/core/option-kernel.ts';
import {
  argumentsOf,
  checkFields,
  conditionsOf,
  givenFields,
  readArguments,
  uniformsOf,
} from '../../src/core/option-table.ts';
import { f32, u32 } from '../../src/core/plan.ts';

interface Problem {
  readonly size: number;
  readonly gain?: number;
  readonly weighted?: boolean;
  readonly starts?: readonly number[];
  readonly tableShape?: readonly number[];
}

const ROWS: readonly (OptionKernel<Problem> & { readonly name: string })[] = [
  { name: 'size', arguments: {} },
  {
    name: 'gain',
    condition: { name: 'GAIN', about: 'multiply by a gain' },
    uniforms: ({ gain = 1 }) => [f32('gain', gain)],
    check({ gain }) {
      if (gain === 0) throw new ShapeError('gain', 'a gain that is not 0', '0');
    },
  },
  {
    name: 'starts',
    data: {
      name: 'starts',
      dtype: 'u32',
      packed: true,
      count: ({ starts = [] }) => starts.length,
      values: ({ starts = [] }) => Uint32Array.from(starts),
    },
  },
  {
    name: 'weighted',
    condition: {
      name: 'HEAVY',
      about: 'large and weighted',
      when: ({ size, weighted }) => weighted === true && size > 9,
    },
    arguments: {
      weights: (value) => ({ fields: { weighted: true }, data: value as Float32Array }),
    },
    data: {
      name: 'rowWeights',
      dtype: 'f32',
      packed: true,
      count: ({ size }) => size,
      values: ({ size }, seed) => new Float32Array(size).fill(seed),
    },
  },
  {
    name: 'table',
    fields: ['tableShape'],
    data: {
      name: 'table',
      dtype: 'u8',
      count: ({ tableShape: [length = 0] = [] }) => length,
      values: ({ tableShape: [length = 0] = [] }) => new Uint8Array(length).fill(7),
    },
  },
];

describe('a table of options', () => {
  test('gives the fields that were given, and checks them', () => {
    expect(givenFields(ROWS, { size: 2, gain: 3, tableShape: [4] })).toEqual({
      size: 2,
      gain: 3,
      tableShape: [4],
    });
    expect(() => {
      checkFields(ROWS, { size: 2, gain: 0 });
    }).toThrow('gain');
  });

  test('turns conditions on where a field is set, or as a row says', () => {
    expect(conditionsOf(ROWS, { size: 2, gain: 3, weighted: true })).toEqual({ GAIN: true, HEAVY: false });
    expect(conditionsOf(ROWS, { size: 10, weighted: true })).toEqual({ GAIN: false, HEAVY: true });
    expect(uniformsOf(ROWS, { size: 2 })).toEqual([f32('gain', 1)]);
  });

  test('puts small data one after another; what is not set takes no room', () => {
    const problem = { size: 2, weighted: true, starts: [5, 6, 7], tableShape: [4] };
    expect(placeUniforms(ROWS, problem)).toEqual([u32('starts_at', 0), u32('row_weights_at', 3)]);
    expect(placeUniforms(ROWS, { size: 2, weighted: true })).toEqual([
      u32('starts_at', 0),
      u32('row_weights_at', 0),
    ]);
    expect(optionBuffers(ROWS, problem)).toEqual([
      { name: 'options', dtype: 'words', count: 5 },
      { name: 'table', dtype: 'u8', count: 4 },
    ]);
    expect(optionBuffers(ROWS, { size: 2 })).toEqual([]);
  });

  test('gives inputs, and finds them again by name', () => {
    const problem = { size: 2, weighted: true, starts: [5], tableShape: [3] };
    const seeded = {
      starts: Uint32Array.of(5),
      rowWeights: Float32Array.of(9, 9),
      table: Uint8Array.of(7, 7, 7),
    };
    expect(optionValues(ROWS, problem, optionInputs(ROWS, problem, {}, 9))).toEqual(seeded);
    const rowWeights = Float32Array.of(0.5, -2);
    const given = optionInputs(ROWS, problem, { rowWeights }, 9);
    expect(optionValues(ROWS, problem, given)).toEqual({ ...seeded, rowWeights });
  });

  test('reads arguments: as they stand, or as a row does', () => {
    expect(argumentsOf(ROWS)).toEqual(['gain', 'starts', 'weights', 'table']);
    const weights = Float32Array.of(1, 2);
    expect(readArguments(ROWS, { size: 8, gain: 0, weights, starts: undefined }, { size: 2 })).toEqual({
      fields: { gain: 0, weighted: true },
      data: { rowWeights: weights },
    });
  });
});
