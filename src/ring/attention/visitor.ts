import type { Range } from '../../core/cut.ts';
import type { AttentionProblem } from '../../operations/attention/problem.ts';

/** Two arrays of each piece of a rank's keys, which travel as one: key and value, or the gradients of both. */
export interface Pair {
  readonly key: Float32Array<ArrayBuffer>;
  readonly value: Float32Array<ArrayBuffer>;
}

/** Pairs end to end. */
export function packed(pairs: readonly Pair[]): Float32Array<ArrayBuffer> {
  const all = pairs.flatMap(({ key, value }) => [key, value]);
  const whole = new Float32Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of all) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
}

/** The pairs of pieces, as views. */
export function unpacked(
  { batch, numKVHeads, headDim, headDimV }: AttentionProblem,
  pieces: readonly Range[],
  data: Float32Array<ArrayBuffer>,
): Pair[] {
  let at = 0;
  const next = (length: number) => data.subarray(at, (at += length));
  return pieces.map(({ count }) => {
    const keys = batch * numKVHeads * count;
    return { key: next(keys * headDim), value: next(keys * headDimV) };
  });
}

/** `sum` += `part` */
export function addTo(sum: Float32Array, part: Float32Array): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? NaN) + (part[at] ?? NaN);
}
