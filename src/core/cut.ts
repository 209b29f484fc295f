import { sizeOf } from './tensor.ts';

/** Some of the places along an axis. */
export interface Range {
  readonly first: number;
  readonly count: number;
}

/** A range of one axis, which is counted from the last: −1. An axis of extent 1, which is broadcast, is left whole. */
export interface Cut extends Range {
  readonly axis: number;
}

interface Plain {
  readonly shape: readonly number[];
  readonly data: Elements;
}
type Elements = Float32Array | Uint16Array | Uint32Array | Int32Array | Uint8Array;

/** The range of each axis. */
const rangesOf = (shape: readonly number[], cuts: readonly Cut[]): Range[] =>
  shape.map((extent, at) => {
    const cut = cuts.find(({ axis }) => axis === at - shape.length);
    return cut === undefined || extent === 1 ? { first: 0, count: extent } : cut;
  });

export const cutShape = (shape: readonly number[], cuts: readonly Cut[]): number[] =>
  rangesOf(shape, cuts).map(({ count }) => count);

/** Calls `visit` for each run of neighbouring elements that a cut tensor has, in order. */
function eachRun(
  shape: readonly number[],
  cuts: readonly Cut[],
  visit: (at: number, length: number) => void,
): void {
  const ranges = rangesOf(shape, cuts);
  const last = ranges.findLastIndex(({ count }, axis) => count !== shape[axis]);
  const inner = sizeOf(shape.slice(Math.max(last, 0) + 1));
  const walk = (axis: number, before: number): void => {
    const { first, count } = ranges[axis] ?? { first: 0, count: 1 };
    const at = before * (shape[axis] ?? 1) + first;
    if (axis >= last) {
      visit(at * inner, count * inner);
      return;
    }
    for (let step = 0; step < count; step++) walk(axis + 1, at + step);
  };
  walk(0, 0);
}

/** A part of a tensor, as a tensor. */
export function cutTensor<Tensor extends Plain>({ shape, data }: Tensor, cuts: readonly Cut[]): Tensor {
  const part = data.slice(0, sizeOf(cutShape(shape, cuts)));
  let done = 0;
  eachRun(shape, cuts, (at, length) => {
    part.set(data.subarray(at, at + length), done);
    done += length;
  });
  return { shape: cutShape(shape, cuts), data: part } as unknown as Tensor;
}

/** Adds a part to its place in a tensor. */
export function addPart(
  { shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array },
  cuts: readonly Cut[],
  part: Float32Array,
): void {
  let done = 0;
  eachRun(shape, cuts, (at, length) => {
    for (let step = 0; step < length; step++) {
      data[at + step] = (data[at + step] ?? NaN) + (part[done + step] ?? NaN);
    }
    done += length;
  });
}
