import type { KeyList } from './key-list.ts';
import type { CacheParam } from './method.ts';
import { groupsOf, type CacheProblem } from './problem.ts';
import { topKeys } from './top-keys.ts';

/** Budgets of the last layer are so many times smaller than the mean, in a pyramid (Cai et al., "PyramidKV", 2024). */
const STEEPNESS = 20;

/** Parameters of budgets that are no parameters of a method: how they are spread over layers and heads. */
export const SPREAD: readonly CacheParam[] = [
  {
    name: 'safeguard',
    about:
      'the part of its budget that each key/value head has for itself; the rest goes to those whose scores are largest (AdaKV, 0.2 there)',
    initial: 1,
    least: 0,
    most: 1,
  },
  {
    name: 'layers',
    about:
      'layers of the model, over which budgets shrink from the first to the last (PyramidKV); 1 for the same in all',
    initial: 1,
    least: 1,
    whole: true,
  },
  { name: 'layer', about: 'which of the layers this is, from 0', initial: 0, least: 0, whole: true },
];

/** The number of keys that a budget is, in the mean over key/value heads. */
export function kept(
  seqLenKV: number,
  { budget: share = 1, layers = 1, layer = 0 }: Readonly<Record<string, number>>,
): number {
  const mean = share < 1 ? share * seqLenKV : Math.floor(share);
  const last = mean / STEEPNESS;
  const own = layers > 1 ? 2 * mean - last - (layer / (layers - 1)) * 2 * (mean - last) : mean;
  return Math.min(seqLenKV, Math.max(1, Math.round(own)));
}

/** Whether each key/value head has a number of keys of its own. */
export const isUneven = ({ params: { safeguard = 1 } }: CacheProblem): boolean => safeguard < 1;

/** The best keys of each key/value head, in order of position; of equal scores the first. */
export function bestKeys(problem: CacheProblem, scores: Float64Array): KeyList {
  const { seqLenKV, params, numKVHeads } = problem;
  const count = kept(seqLenKV, params);
  const groups = groupsOf(problem);
  const own = isUneven(problem) ? Math.floor((params['safeguard'] ?? 1) * count) : count;
  const chosen = new Uint8Array(scores.length);
  for (let group = 0; group < groups; group++) {
    const first = group * seqLenKV;
    for (const key of topKeys(scores.subarray(first, first + seqLenKV), own)) chosen[first + key] = 1;
  }
  const entry = numKVHeads * seqLenKV;
  for (let first = 0; own < count && first < scores.length; first += entry) {
    const others = scores
      .subarray(first, first + entry)
      .map((score, at) => (chosen[first + at] === 1 ? -Infinity : score));
    for (const key of topKeys(others, numKVHeads * (count - own))) chosen[first + key] = 1;
  }
  return { ...listOf(chosen, seqLenKV), ...(isUneven(problem) && { starts: startsOf(chosen, seqLenKV) }) };
}

const listOf = (chosen: Uint8Array, seqLenKV: number): KeyList => ({
  positions: Int32Array.from(
    [...chosen.keys()].filter((at) => chosen[at] === 1),
    (at) => at % seqLenKV,
  ),
});

function startsOf(chosen: Uint8Array, seqLenKV: number): Uint32Array {
  const starts = new Uint32Array(chosen.length / seqLenKV + 1);
  chosen.forEach((is, at) => {
    const group = Math.floor(at / seqLenKV);
    starts[group + 1] = (starts[group + 1] ?? 0) + is;
  });
  for (let group = 1; group < starts.length; group++) {
    starts[group] = (starts[group] ?? 0) + (starts[group - 1] ?? 0);
  }
  return starts;
}
