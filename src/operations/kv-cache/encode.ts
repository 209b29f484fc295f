import { requireArray, requireTyped } from '../../core/checks.ts';
import { typedBuffer, type PlanBuffer } from '../../core/plan.ts';
import type { Arrays } from '../../core/variant.ts';
import type { CodeBuffer, Codec, Encoded, Extent, Rows, Side } from './codecs/codec.ts';
import type { CacheData } from './data.ts';
import { methodOf } from './methods/index.ts';
import type { Part } from './part.ts';
import { groupsOf, type CacheProblem } from './problem.ts';

/** The parts of a problem's cache. */
export const partsOf = (problem: CacheProblem): readonly Part[] => methodOf(problem.method).parts(problem);

/** A buffer of a part: the plan's name for it, and the shader's. */
export interface NamedBuffer extends CodeBuffer {
  readonly as: string;
  readonly buffer: string;
}

/** Rows of keys or values in a part. */
export const extentOf = (problem: CacheProblem, { slots }: Pick<Part, 'slots'>, side: Side): Extent => ({
  groups: groupsOf(problem),
  slots,
  width: side === 'key' ? problem.headDim : problem.headDimV,
});

const codecOf = (part: Part, side: Side): Codec => (side === 'key' ? part.keys : part.values);

const SIDES = ['key', 'value'] as const;

/** The buffers of keys or values of the `at`-th part. */
function sideBuffers(problem: CacheProblem, part: Part, at: number, side: Side): NamedBuffer[] {
  return codecOf(part, side)
    .buffers(extentOf(problem, part, side))
    .map((one) => ({ ...one, as: `${side}_${one.name}`, buffer: `part${at}_${side}_${one.name}` }));
}

/** All buffers of the `at`-th part: what its keys and values are made of, and the positions of listed keys. */
export function partBuffers(problem: CacheProblem, part: Part, at: number): NamedBuffer[] {
  const positions: NamedBuffer = {
    ...{ name: 'positions', as: 'positions', buffer: `part${at}_positions` },
    ...{ dtype: 'i32', count: groupsOf(problem) * part.slots },
  };
  return [
    ...SIDES.flatMap((side) => sideBuffers(problem, part, at, side)),
    ...(part.listed === true ? [positions] : []),
  ];
}

/** The buffers of the whole cache. */
export const cacheBuffers = (problem: CacheProblem): PlanBuffer[] =>
  partsOf(problem)
    .flatMap((part, at) => partBuffers(problem, part, at))
    .map(({ buffer, dtype, count }) => typedBuffer('input', buffer, dtype, count));

/** Bytes of the cache for each token that was put into it, in all key/value heads: codes, scales, windows, positions and all. */
export function bytesPerToken(problem: CacheProblem): number {
  const bytes = cacheBuffers(problem).reduce((sum, buffer) => sum + buffer.bytes, 0);
  return bytes / (problem.batch * problem.seqLenKV);
}

/** Keys that each key/value head has left. */
export const keptTokens = (problem: CacheProblem): number =>
  partsOf(problem).reduce((sum, { slots }) => sum + slots, 0);

/** The contents of the cache's buffers, by their names in the plan. All of it is computed in float64. */
export function encodeCache(problem: CacheProblem, data: CacheData): Arrays {
  const lists = methodOf(problem.method).choose?.(problem, data) ?? [];
  let listed = 0;
  const arrays: Record<string, Arrays[string]> = {};
  partsOf(problem).forEach((part, at) => {
    const positions = part.listed === true ? lists[listed++] : undefined;
    if (positions !== undefined) arrays[`part${at}_positions`] = positions;
    for (const side of SIDES) {
      const encoded = codecOf(part, side).encode(rowsOf(problem, data, part, side, positions), {
        problem,
        data,
      });
      for (const { name, buffer } of sideBuffers(problem, part, at, side)) {
        arrays[buffer] = requireArray(encoded, name);
      }
    }
  });
  return arrays;
}

/** The exact keys or values of a part, in its order. */
function rowsOf(
  problem: CacheProblem,
  data: CacheData,
  part: Part,
  side: Side,
  positions: Int32Array | undefined,
): Rows {
  const extent = extentOf(problem, part, side);
  const { groups, slots, width } = extent;
  const values = new Float64Array(groups * slots * width);
  for (let row = 0; row < groups * slots; row++) {
    const group = Math.floor(row / slots);
    const position = positions?.[row] ?? part.first + (row % slots);
    const from = (group * problem.seqLenKV + position) * width;
    values.set(data[side].subarray(from, from + width), row * width);
  }
  return { ...extent, values };
}

/** Keys and values that a part's buffers stand for, in float64. */
export interface DecodedPart {
  readonly slots: number;
  /** [groups, slots, headDim] */
  readonly keys: Float64Array;
  /** [groups, slots, headDimV] */
  readonly values: Float64Array;
  /** The position of the key in a slot of a group. */
  readonly positionOf: (group: number, slot: number) => number;
}

/** The inverse of `encodeCache`, as far as there is one. */
export function decodeCache(problem: CacheProblem, arrays: Arrays): DecodedPart[] {
  return partsOf(problem).map((part, at) => {
    const decoded = (side: Side) => {
      const encoded: Encoded = Object.fromEntries(
        sideBuffers(problem, part, at, side).map(({ name, buffer }) => [name, requireArray(arrays, buffer)]),
      );
      return codecOf(part, side).decode(encoded, extentOf(problem, part, side));
    };
    const { slots, first } = part;
    const positions =
      part.listed === true ? requireTyped(arrays, `part${at}_positions`, Int32Array) : undefined;
    return {
      slots,
      keys: decoded('key'),
      values: decoded('value'),
      positionOf: (group: number, slot: number) => positions?.[group * slots + slot] ?? first + slot,
    };
  });
}
