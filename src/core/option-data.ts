import { viewAs, type BufferDtype, type DataArray } from './dtype.ts';
import type { OptionData } from './option-kernel.ts';
import { hasData, type Rows } from './option-table.ts';
import { u32, variableOf, type Uniform } from './plan.ts';
import type { Arrays, Source } from './variant.ts';

/** The buffer that the small data of all options share. */
export const SMALL_DATA = 'options';

/** The buffers that the options of a problem bring along, small data first. */
export function optionBuffers<Problem extends object>(
  rows: Rows<Problem>,
  problem: Problem,
): {
  readonly name: string;
  readonly dtype: BufferDtype;
  readonly count: number;
  readonly cut?: 'rows' | 'columns';
}[] {
  const small = smallCount(placesOf(rows, problem));
  return [
    ...(small === 0 ? [] : [{ name: SMALL_DATA, dtype: 'words' as const, count: small }]),
    ...ownData(rows, problem).map((data) => ({
      ...{ name: data.name, dtype: data.dtype },
      count: data.count(problem),
      ...(data.cut && { cut: data.cut }),
    })),
  ];
}

/** Where small data begin: `sinks_at`. */
export const placeUniforms = <Problem extends object>(rows: Rows<Problem>, problem: Problem): Uniform[] =>
  placesOf(rows, problem).map(({ data, at }) =>
    u32(`${variableOf({ buffer: data.name, access: 'read' })}_at`, at),
  );

/**
 * Inputs for the buffers that options bring along.
 * @param given values by the name of the data; the others are seeded
 */
export function optionInputs<Problem extends object, Value extends Source = never>(
  rows: Rows<Problem>,
  problem: Problem,
  given: Readonly<Record<string, Value>>,
  seed: number,
): Record<string, DataArray | Value> {
  const values = (data: OptionData<Problem>): DataArray | Value =>
    given[data.name] ?? data.values(problem, seed);
  const own = ownData(rows, problem).map((data) => [data.name, values(data)] as const);
  const places = placesOf(rows, problem);
  const count = smallCount(places);
  if (count === 0) return Object.fromEntries(own);
  const packed = new Uint32Array(count);
  for (const { data, at, length } of places) {
    const part = length === 0 ? undefined : values(data);
    if (!ArrayBuffer.isView(part)) continue;
    viewAs(data.dtype, packed.subarray(at, at + length)).set(part);
  }
  return { [SMALL_DATA]: packed, ...Object.fromEntries(own) };
}

/** The data of a problem's options by name, out of its inputs: for references, which know no buffers. */
export function optionValues<Problem extends object>(
  rows: Rows<Problem>,
  problem: Problem,
  inputs: Arrays,
): Record<string, DataArray> {
  const own = ownData(rows, problem).flatMap(({ name, dtype }) => {
    const values = inputs[name];
    return values === undefined ? [] : [[name, viewAs(dtype, values)] as const];
  });
  const small = inputs[SMALL_DATA];
  const packed = placesOf(rows, problem).flatMap(({ data, at, length }) =>
    small === undefined || length === 0
      ? []
      : [[data.name, viewAs(data.dtype, small.subarray(at, at + length))] as const],
  );
  return Object.fromEntries([...own, ...packed]);
}

const ownData = <Problem extends object>(rows: Rows<Problem>, problem: Problem): OptionData<Problem>[] =>
  rows.flatMap((row) => (row.data && row.data.packed !== true && hasData(row, problem) ? [row.data] : []));

interface SmallPlace<Problem extends object> {
  readonly data: OptionData<Problem>;
  /** Its first word, also where it has none. */
  readonly at: number;
  readonly length: number;
}

/** Small data lie one after another in the order of the rows; options that are not set take no room. */
function placesOf<Problem extends object>(rows: Rows<Problem>, problem: Problem): SmallPlace<Problem>[] {
  let at = 0;
  return rows.flatMap((row) => {
    const { data } = row;
    if (data?.packed !== true) return [];
    const place = { data, at, length: hasData(row, problem) ? data.count(problem) : 0 };
    at += place.length;
    return [place];
  });
}

const smallCount = <Problem extends object>(places: readonly SmallPlace<Problem>[]): number =>
  places.reduce((sum, { length }) => sum + length, 0);
