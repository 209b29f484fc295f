import { describe, expect, test } from 'vitest';
import { tileFits, tileShape } from '../../src/tile/tile-params.ts';
import { deviceProfile } from '../support/device-profile.ts';
import { TESTED } from '../support/operations.ts';

const WIDE = deviceProfile(32768, 32);
const NARROW = deviceProfile(32768, 4);
const TILE = { blockM: 32, blockN: 32, rows: 4, cols: 4, stageDepth: 16, quads: 0, vectorWidth: 4 };
const SIZES = ['blockM', 'blockN', 'rows', 'cols', 'stageDepth'];

describe('a tile is refused by reason where a size is no power of two', () => {
  test.each([
    [{ blockM: 24 }, 'blockM must be a power of two, not 24'],
    [{ blockN: 24 }, 'blockN must be a power of two, not 24'],
    [{ blockM: 24, rows: 3 }, 'blockM must be a power of two, not 24'],
    [{ blockN: 24, cols: 3 }, 'blockN must be a power of two, not 24'],
    [{ stageDepth: 12 }, 'stageDepth must be a power of two, not 12'],
    [{}, true],
    [{ stageDepth: 0 }, true],
  ])('%o', (params, expected) => {
    expect(tileFits(tileShape({ ...TILE, ...params }), 16, 0, WIDE)).toBe(expected);
  });
});

describe.each(TESTED.map((operation) => [operation.id, operation] as const))(
  'tiles of %s have sizes that are powers of two',
  (_, { bind, variants, example, corners }) => {
    const problems = [example, ...corners.large];
    const devices = [NARROW, { ...NARROW, features: ['subgroups'] }, WIDE, deviceProfile(16384, 64)];
    const sizesOf = (params: object) =>
      Object.entries(params).flatMap(([name, value]) => (SIZES.includes(name) ? [Number(value)] : []));

    test('among the defaults', () => {
      for (const device of devices) {
        for (const problem of problems) {
          for (const { id } of variants) {
            const { params } = bind(problem, device).variant(id);
            expect(sizesOf(params).every(isPowerOfTwo), JSON.stringify(params)).toBe(true);
          }
        }
      }
    });

    test('among the choices that tuning steps through', () => {
      for (const { params } of variants) {
        const choices = params.filter(({ name }) => SIZES.includes(name)).flatMap((spec) => spec.choices);
        expect(choices.filter((choice) => !isPowerOfTwo(choice))).toEqual([]);
      }
    });
  },
);

const isPowerOfTwo = (value: number): boolean => value === 0 || Number.isInteger(Math.log2(value));
