import { compare, type Deviation } from '../../core/deviation.ts';
import { choiceScores } from './choice.ts';
import type { AttentionProblem } from './problem.ts';
import type { AttentionData } from './reference.ts';
import { slotsOfGroup } from './selected.ts';

/** Relative L2 error of the scores of the keys that were chosen, against those of the best. */
const BOUND = 1e-5;

/** Whether the keys that were chosen are the best: their scores are those of the best, as far as f32 can tell scores apart. */
export function verifyChoice(
  problem: AttentionProblem,
  data: AttentionData,
  chosenKeys: ArrayLike<number>,
): Deviation {
  const { batch, numKVHeads, selected } = problem;
  const { by: method = 'channels', slots = 0 } = selected ?? {};
  const groups = Array.from({ length: batch * numKVHeads }, (_, group) => {
    const scores = choiceScores(problem, data, group, method);
    const list = slotsOfGroup(problem, chosenKeys, group);
    const keys = Array.from({ length: list.count }, (_, slot) => list.keyIn(slot));
    const best = Array.from(scores)
      .filter((score) => score !== -Infinity)
      .sort((a, b) => b - a)
      .slice(0, slots);
    // A key that is listed twice is none the second time.
    const own = keys.map((key, at) => (keys.indexOf(key) === at ? (scores[key] ?? NaN) : NaN));
    own.sort((a, b) => b - a);
    return { best, own: Array.from(best, (_, at) => own[at] ?? NaN), isLong: own.length > best.length };
  });
  const expected = Float64Array.from(groups.flatMap(({ best }) => best));
  const actual = groups.flatMap(({ own, isLong }) => (isLong ? own.map(() => NaN) : own));
  return compare([{ output: 'chosenKeys', actual: Float64Array.from(actual), expected }], BOUND, 'all lists');
}
