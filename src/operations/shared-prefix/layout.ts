import type { Arrays } from '../../core/variant.ts';
import type { SharedPrefixProblem } from './problem.ts';

type Data = Arrays[string];

/** An array of the same kind. */
export const likeOf = <Kind extends Data>(data: Kind, length: number): Kind =>
  new (data.constructor as new (length: number) => Kind)(length);

/**
 * Each entry's keys (or values), the prefix in front: [key/value head, entry, token, width].
 * @param prefix [key/value head, token, width]
 * @param suffix [key/value head, entry, token, width]
 */
export function joined(
  { batch, numKVHeads, prefixLen, seqLenKV }: SharedPrefixProblem,
  prefix: Data,
  suffix: Data,
  width: number,
): Data {
  const [shared, own] = [prefixLen * width, (seqLenKV - prefixLen) * width];
  const result = likeOf(prefix, numKVHeads * batch * (shared + own));
  for (let line = 0; line < numKVHeads * batch; line++) {
    const head = Math.floor(line / batch);
    result.set(prefix.subarray(head * shared, (head + 1) * shared), line * (shared + own));
    result.set(suffix.subarray(line * own, (line + 1) * own), line * (shared + own) + shared);
  }
  return result;
}

/** [outer, inner, block] as [inner, outer, block]: between the layouts of callers and kernels, which put heads first. */
export function swapped<Kind extends Data>(data: Kind, outer: number, inner: number): Kind {
  const block = data.length / (outer * inner);
  const result = likeOf(data, data.length);
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const from = (i * inner + j) * block;
      result.set(data.subarray(from, from + block), (j * outer + i) * block);
    }
  }
  return result;
}
