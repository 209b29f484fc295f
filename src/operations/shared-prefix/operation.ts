import { requireArray } from '../../core/checks.ts';
import type { Operation } from '../../core/operation.ts';
import type { Arrays } from '../../core/variant.ts';
import { attention } from '../attention/operation.ts';
import { attentionFlops } from '../attention/visibility.ts';
import { hydragen } from './variants/hydragen.ts';
import { naivePerEntry, perEntry } from './variants/per-entry.ts';
import { flattened, prefixPart, suffixPart, type SharedPrefixProblem } from './problem.ts';

export const sharedPrefix: Operation<SharedPrefixProblem> = {
  id: 'shared-prefix',
  title: 'Attention over a shared prefix',
  variants: [naivePerEntry, perEntry, hydragen],
  flops: (problem) => attentionFlops(flattened(problem)),
  inputs(problem, seed) {
    const whole = attention.inputs(flattened(problem), seed);
    const prefix = attention.inputs(prefixPart(problem), seed + 10);
    const suffix = attention.inputs(suffixPart(problem), seed + 20);
    const [prefixKey, prefixValue] = [requireArray(prefix, 'key'), requireArray(prefix, 'value')];
    const [suffixKey, suffixValue] = [requireArray(suffix, 'key'), requireArray(suffix, 'value')];
    const key = joined(problem, prefixKey, suffixKey, problem.headDim);
    const value = joined(problem, prefixValue, suffixValue, problem.headDimV);
    return { ...whole, key, value, prefixKey, prefixValue, suffixKey, suffixValue };
  },
  verify: (problem, inputs, outputs, flopBudget) =>
    attention.verify(flattened(problem), inputs, outputs, flopBudget),
};

type Data = Arrays[string];

/** Each entry's keys (or values), the prefix in front: [key/value head, entry, token, width]. */
function joined(
  { batch, numKVHeads, prefixLen, seqLenKV }: SharedPrefixProblem,
  prefix: Data,
  suffix: Data,
  width: number,
): Data {
  const [shared, own] = [prefixLen * width, (seqLenKV - prefixLen) * width];
  const Kind = prefix instanceof Uint16Array ? Uint16Array : Float32Array;
  const result = new Kind(numKVHeads * batch * (shared + own));
  for (let line = 0; line < numKVHeads * batch; line++) {
    const head = Math.floor(line / batch);
    result.set(prefix.subarray(head * shared, (head + 1) * shared), line * (shared + own));
    result.set(suffix.subarray(line * own, (line + 1) * own), line * (shared + own) + shared);
  }
  return result;
}
