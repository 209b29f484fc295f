import { compare, worse, type Deviation } from '../../core/deviation.ts';
import { blockScores, candidatesOf, keySamples, type Candidates } from './choice.ts';
import type { AttentionProblem } from './problem.ts';
import type { AttentionData } from './reference.ts';
import { slotsOfGroup, type Slots } from './selected.ts';

/** Relative L2 error of the scores of the keys that were chosen, against those of the best; and of the weights of samples. */
const BOUND = 1e-5;

/** Whether the keys that were chosen are those that the problem asks for, as far as f32 can tell scores apart. */
export function verifyChoice(
  problem: AttentionProblem,
  data: AttentionData,
  chosenKeys: ArrayLike<number>,
): Deviation {
  const { batch, numKVHeads } = problem;
  const groups = Array.from({ length: batch * numKVHeads }, (_, group) => {
    const candidates = candidatesOf(problem, group);
    const list = slotsOfGroup(problem, chosenKeys, group);
    const met = new Set(candidates.met);
    const slots = Array.from({ length: list.count }, (_, slot) => slot);
    // Keys that are met in any case, each once: places of keys, so that a missing one shows.
    const sure = { expected: candidates.met, actual: slots.map(list.keyIn).filter((key) => met.has(key)) };
    const others = { ...list, slots: slots.filter((slot) => !met.has(list.keyIn(slot))) };
    const scored =
      problem.selected?.by === 'lsh'
        ? samplesOf(problem, data, group, candidates, others)
        : bestOf(problem, data, group, candidates, others);
    return { sure, scored };
  });
  const deviation = (of: 'sure' | 'scored') =>
    compare(
      [
        {
          output: 'chosenKeys',
          actual: Float64Array.from(groups.flatMap((group) => sameLength(group[of]).actual)),
          expected: Float64Array.from(groups.flatMap((group) => group[of].expected)),
        },
      ],
      BOUND,
      'all lists',
    );
  return worse(deviation('sure'), deviation('scored'));
}

interface Compared {
  readonly expected: readonly number[];
  readonly actual: readonly number[];
}

/** One number too many or too few makes all of them wrong. */
const sameLength = ({ expected, actual }: Compared): Compared => ({
  expected,
  actual: expected.map((_, at) => (actual.length === expected.length ? (actual[at] ?? NaN) : NaN)),
});

type Others = Slots & { readonly slots: readonly number[] };

/** Scores of the best blocks, and of those whose keys were chosen. A key that is listed twice is none the second time. */
function bestOf(
  problem: AttentionProblem,
  data: AttentionData,
  group: number,
  { size, blocks, met }: Candidates,
  { slots, keyIn }: Others,
): Compared {
  const { by: method = 'channels', slots: room = 0 } = problem.selected ?? {};
  const scoreOf = blockScores(problem, data, group, method === 'lsh' ? 'channels' : method);
  const descending = (a: number, b: number) => b - a;
  const scores = new Map(blocks.map((block) => [block, scoreOf(block)]));
  const best = [...scores.values()]
    .filter((score) => score !== -Infinity)
    .sort(descending)
    .slice(0, Math.floor((room - met.length) / size))
    .flatMap((score) => Array.from({ length: size }, () => score));
  const keys = slots.map(keyIn);
  const own = keys.map((key, at) =>
    keys.indexOf(key) === at ? (scores.get(Math.floor(key / size)) ?? NaN) : NaN,
  );
  return { expected: best, actual: own.sort(descending) };
}

/** Weights of the keys that were sampled. Where f32 may find another bucket than float64, either is right. */
function samplesOf(
  problem: AttentionProblem,
  data: AttentionData,
  group: number,
  { blocks, met }: Candidates,
  { slots, keyIn, weightOf }: Others,
): Compared {
  const sampleOf = keySamples(problem, data, group);
  const weights = new Map(slots.map((slot) => [keyIn(slot), weightOf(slot)]));
  const isFull = met.length + slots.length === problem.selected?.slots;
  const expected: number[] = [];
  const actual: number[] = [];
  for (const key of blocks) {
    const { hits, possible, logWeight } = sampleOf(key);
    const own = weights.get(key);
    if (own === undefined ? hits < 2 || isFull : false) continue;
    // 1 keeps weights of 0, of keys that are sampled for sure, apart from none.
    expected.push(1 + logWeight);
    actual.push(possible < 2 ? NaN : 1 + (own ?? NaN));
  }
  return { expected, actual };
}
