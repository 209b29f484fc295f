import { requireArray, requireTyped } from '../../core/checks.ts';
import { typedBuffer, type PlanBuffer } from '../../core/plan.ts';
import type { Arrays } from '../../core/variant.ts';
import type { CodeBuffer, Codec, Encoded, Extent, Rows, Side } from './codecs/codec.ts';
import type { CacheData } from './data.ts';
import { givenForms } from './given-forms.ts';
import type { KeyList } from './key-list.ts';
import { methodOf } from './methods/index.ts';
import type { Part } from './part.ts';
import { groupsOf, type CacheProblem } from './problem.ts';

/** The parts of a problem's cache. */
export const partsOf = (problem: CacheProblem): readonly Part[] =>
  methodOf(problem.method).parts(problem, givenForms(problem));

/** A buffer of a part: the plan's name for it, and the shader's. */
export interface NamedBuffer extends CodeBuffer {
  readonly as: string;
  readonly buffer: string;
}

/** Rows of keys or values in a part. */
export const extentOf = (problem: CacheProblem, { slots, stored }: Part, side: Side): Extent => ({
  groups: groupsOf(problem),
  slots: stored ?? slots,
  width: side === 'key' ? problem.headDim : problem.headDimV,
});

export const codecOf = (part: Part, side: Side): Codec => (side === 'key' ? part.keys : part.values);

export const SIDES = ['key', 'value'] as const;

/** The buffers of keys or values of the `at`-th part. */
function sideBuffers(problem: CacheProblem, part: Part, at: number, side: Side): NamedBuffer[] {
  return codecOf(part, side)
    .buffers(extentOf(problem, part, side))
    .map((one) => ({ ...one, as: `${side}_${one.name}`, buffer: `part${at}_${side}_${one.name}` }));
}

/** The buffers of the list of a part: positions, and what goes with them. */
function listBuffers(
  problem: CacheProblem,
  { slots, listed, weighted, uneven }: Part,
  at: number,
): NamedBuffer[] {
  if (listed !== true) return [];
  const count = groupsOf(problem) * slots;
  const named = (as: string, dtype: CodeBuffer['dtype'], own: number): NamedBuffer => ({
    ...{ name: as, as, buffer: `part${at}_${as}` },
    ...{ dtype, count: own },
  });
  return [
    named('positions', 'i32', count),
    ...(weighted === true ? [named('log_weights', 'f32', count)] : []),
    ...(uneven === true ? [named('starts', 'u32', groupsOf(problem) + 1)] : []),
  ];
}

/** The buffers of the `at`-th part that attention reads: what its keys and values are made of, and the list of listed keys. */
export const partBuffers = (problem: CacheProblem, part: Part, at: number): NamedBuffer[] => [
  ...SIDES.flatMap((side) => sideBuffers(problem, part, at, side)),
  ...listBuffers(problem, part, at),
];

/** The buffers that the keys of the `at`-th part are chosen by. */
const besideBuffers = ({ beside = [] }: Part, at: number): NamedBuffer[] =>
  beside.map((one) => ({ ...one, as: one.name, buffer: `part${at}_${one.name}` }));

/** The buffers of the whole cache. */
export const cacheBuffers = (problem: CacheProblem): PlanBuffer[] =>
  partsOf(problem)
    .flatMap((part, at) => [...partBuffers(problem, part, at), ...besideBuffers(part, at)])
    .map(({ buffer, dtype, count }) => typedBuffer('input', buffer, dtype, count));

/** Bytes of the cache for each token that was put into it, in all key/value heads: codes, scales, windows, positions and all. */
export function bytesPerToken(problem: CacheProblem): number {
  const bytes = cacheBuffers(problem).reduce((sum, buffer) => sum + buffer.bytes, 0);
  return bytes / (problem.batch * problem.seqLenKV);
}

/** Keys that each key/value head has left or reads, in the mean. */
export function keptTokens(problem: CacheProblem, arrays: Arrays): number {
  const groups = groupsOf(problem);
  return partsOf(problem).reduce((sum, part, at) => {
    if (part.listed !== true) return sum + part.slots;
    const positions = requireTyped(arrays, `part${at}_positions`, Int32Array);
    return sum + positions.reduce((count, position) => count + (position < 0 ? 0 : 1), 0) / groups;
  }, 0);
}

/** The keys that a problem's method chooses, if it does. */
export const chosenKeys = (problem: CacheProblem, data: CacheData): KeyList | undefined =>
  methodOf(problem.method).choose?.(problem, data);

/**
 * The contents of the cache's buffers, by their names in the plan. All of it is computed in float64.
 * @param list the keys that the method chooses
 */
export function encodeCache(
  problem: CacheProblem,
  data: CacheData,
  list: KeyList | undefined = chosenKeys(problem, data),
): Arrays {
  const parts = partsOf(problem);
  const arrays: Record<string, Arrays[string]> = {};
  parts.forEach((part, at) => {
    const own = list === undefined || part.listed !== true ? undefined : shareOf(problem, parts, at, list);
    for (const { as, buffer } of [...listBuffers(problem, part, at), ...besideBuffers(part, at)]) {
      arrays[buffer] = requireArray(own ?? {}, as);
    }
    const places = placesOf(problem, part, arrays, at);
    for (const side of SIDES) {
      const rows = rowsOf(problem, list?.merged ?? data, part, side, places);
      const encoded = codecOf(part, side).encode(rows, { problem, data });
      for (const { name, buffer } of sideBuffers(problem, part, at, side)) {
        arrays[buffer] = requireArray(encoded, name);
      }
    }
  });
  return arrays;
}

/** The part of a list that the `at`-th part of a cache has: of each key/value head, what the parts before it left. */
function shareOf(
  problem: CacheProblem,
  parts: readonly Part[],
  at: number,
  { positions, starts, logWeights, beside }: KeyList,
): Encoded {
  const groups = groupsOf(problem);
  const [each, before] = [
    positions.length / groups,
    parts.slice(0, at).reduce((sum, { slots }) => sum + slots, 0),
  ];
  const slots = parts[at]?.slots ?? 0;
  const own = new Int32Array(groups * slots);
  for (let group = 0; group < groups; group++) {
    const first = group * each + before;
    own.set(positions.subarray(first, first + slots), group * slots);
  }
  return {
    positions: own,
    ...(starts && { starts }),
    ...(logWeights && { log_weights: logWeights }),
    ...beside,
  };
}

/** Where the keys of a part lie, by group. */
interface Places {
  /** The slots of a group: from the first to the end. */
  readonly first: (group: number) => number;
  readonly end: (group: number) => number;
  /** The position of the key in a slot of a group; −1 is no key. */
  readonly position: (group: number, slot: number) => number;
  /** The row of its key and value. */
  readonly row: (group: number, slot: number) => number;
  readonly logWeight: (slot: number) => number;
}

function placesOf(problem: CacheProblem, part: Part, arrays: Arrays, at: number): Places {
  const { slots, first, stored } = part;
  const positions = part.listed && requireTyped(arrays, `part${at}_positions`, Int32Array);
  const starts = part.uneven && requireTyped(arrays, `part${at}_starts`, Uint32Array);
  const logWeights = part.weighted && requireTyped(arrays, `part${at}_log_weights`, Float32Array);
  const position = (group: number, slot: number) => positions?.[slot] ?? first + slot - group * slots;
  return {
    first: (group) => starts?.[group] ?? group * slots,
    end: (group) => starts?.[group + 1] ?? (group + 1) * slots,
    position,
    row: (group, slot) => (stored === undefined ? slot : group * stored + Math.max(0, position(group, slot))),
    logWeight: (slot) => logWeights?.[slot] ?? 0,
  };
}

/** The keys or values of a part before they are encoded, in its order. */
function rowsOf(
  problem: CacheProblem,
  data: Pick<CacheData, Side>,
  part: Part,
  side: Side,
  places: Places,
): Rows {
  const extent = extentOf(problem, part, side);
  const { groups, width } = extent;
  const values = new Float64Array(groups * extent.slots * width);
  for (let group = 0; group < groups; group++) {
    const copy = (row: number, position: number) => {
      const from = (group * problem.seqLenKV + position) * width;
      values.set(data[side].subarray(from, from + width), row * width);
    };
    if (part.stored === undefined) {
      for (let slot = places.first(group); slot < places.end(group); slot++) {
        copy(slot, places.position(group, slot));
      }
    } else {
      for (let token = 0; token < part.stored; token++) copy(group * part.stored + token, token);
    }
  }
  return { ...extent, values };
}

/** The buffers of keys or values of the `at`-th part, by the names that its codec has for them. */
export const encodedSide = (
  problem: CacheProblem,
  part: Part,
  { at, side, arrays }: { readonly at: number; readonly side: Side; readonly arrays: Arrays },
): Encoded =>
  Object.fromEntries(
    sideBuffers(problem, part, at, side).map(({ name, buffer }) => [name, requireArray(arrays, buffer)]),
  );

/** Keys and values that a part's buffers stand for, in float64, and where they lie. */
export interface DecodedPart extends Places {
  /** [rows, headDim] */
  readonly keys: Float64Array;
  /** [rows, headDimV] */
  readonly values: Float64Array;
}

/** The inverse of `encodeCache`, as far as there is one. */
export function decodeCache(problem: CacheProblem, arrays: Arrays): DecodedPart[] {
  return partsOf(problem).map((part, at) => {
    const decoded = (side: Side) =>
      codecOf(part, side).decode(
        encodedSide(problem, part, { at, side, arrays }),
        extentOf(problem, part, side),
      );
    return { ...placesOf(problem, part, arrays, at), keys: decoded('key'), values: decoded('value') };
  });
}

/** A cache whose rows are given, in order of position. */
export const wholePart = (
  { seqLenKV }: CacheProblem,
  rows: Pick<DecodedPart, 'keys' | 'values'>,
): DecodedPart => ({
  ...rows,
  first: (group) => group * seqLenKV,
  end: (group) => (group + 1) * seqLenKV,
  position: (group, slot) => slot - group * seqLenKV,
  row: (_, slot) => slot,
  logWeight: () => 0,
});
