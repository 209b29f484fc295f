import { ShapeError } from '../../../core/errors.ts';
import { preset } from './preset.ts';
import { counts, floats, requireInteger, requireOffset, requireTable, type Aligned } from './text.ts';

export interface RelativeBias extends Aligned {
  /** [query heads][buckets]: what is added to a score. */
  readonly table: readonly (readonly number[])[];
  /** Whether keys to the right have buckets of their own: the second half of them. Else all share the first one. */
  readonly bidirectional: boolean;
  /** From this distance on, all share the last bucket. */
  readonly maxDistance: number;
}

/** Buckets of one direction. Half of them, rounded down, hold one distance each. */
const sideOf = ({ table, bidirectional }: RelativeBias): number =>
  (table[0]?.length ?? 0) / (bidirectional ? 2 : 1);

/** The bucket of a distance in one direction, as T5 defines it. */
function bucketOf(distance: number, side: number, maxDistance: number): number {
  const exact = Math.floor(side / 2);
  if (distance < exact) return distance;
  const beyond = Math.log(distance / exact) / Math.log(maxDistance / exact);
  return Math.min(side - 1, exact + Math.floor(beyond * (side - exact)));
}

/** The least distance of each bucket that holds several: with integers, f32 and float64 cannot disagree on a bucket. */
function steps(side: number, maxDistance: number): number[] {
  const exact = Math.floor(side / 2);
  const found: number[] = [];
  for (let distance = exact, bucket = exact; distance <= maxDistance; distance++) {
    for (; bucket < bucketOf(distance, side, maxDistance); bucket++) found.push(distance);
  }
  return found;
}

/** Raffel et al., "Exploring the limits of transfer learning" (2020), section 2.1. */
export const relativeBias = preset<RelativeBias>({
  id: 'relative-bias',
  title: 'Relative bias',
  idea: 'T5’s: each head adds a number by distance, one for each near distance and one for each range of far ones.',
  example: { table: [[0, 1, 2, 3, 0, -1, -2, -3]], bidirectional: true, maxDistance: 32 },
  perHead: ['table'],
  check(params) {
    requireTable('table', params.table);
    requireOffset(params);
    const side = sideOf(params);
    if (side < 2 || !Number.isInteger(side)) {
      const expected = params.bidirectional ? 'an even number of buckets from 4 up' : 'two buckets or more';
      throw new ShapeError('table', expected, `${params.table[0]?.length ?? 0}`);
    }
    requireInteger('maxDistance', params.maxDistance, Math.floor(side / 2) + 1, 2 ** 20);
  },
  modifiers(params) {
    const { table, bidirectional, maxDistance, offset = 0 } = params;
    const side = sideOf(params);
    const far = steps(side, maxDistance);
    const buckets = table[0]?.length ?? 0;
    return {
      scoreMod: [
        floats('table', table.flat()),
        ...(far.length > 0 ? [counts('steps', far)] : []),
        `let place = i32(kv) - i32(q) - (${offset});`,
        `let distance = u32(${bidirectional ? 'abs(place)' : 'max(-place, 0)'});`,
        `var bucket = min(distance, ${Math.floor(side / 2)}u);`,
        ...(far.length > 0
          ? [`for (var i = 0u; i < ${far.length}u; i++) {`, '  bucket += u32(distance >= steps[i]);', '}']
          : []),
        ...(bidirectional ? [`bucket += select(0u, ${side}u, place > 0);`] : []),
        `return score + table[h * ${buckets}u + bucket];`,
      ].join('\n'),
      scoreModGrad: 'return 1.0;',
    };
  },
  twins(params) {
    const { table, bidirectional, maxDistance, offset = 0 } = params;
    const side = sideOf(params);
    return {
      scoreMod(score, _b, h, q, kv) {
        const place = kv - q - offset;
        const bucket = bidirectional
          ? bucketOf(Math.abs(place), side, maxDistance) + (place > 0 ? side : 0)
          : bucketOf(Math.max(-place, 0), side, maxDistance);
        return score + Math.fround(table[h]?.[bucket] ?? NaN);
      },
      scoreModGrad: () => 1,
    };
  },
});
