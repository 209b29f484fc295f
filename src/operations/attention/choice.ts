import { groupSize, type AttentionProblem } from './problem.ts';
import { storedRows } from './pages.ts';
import type { AttentionData } from './reference.ts';
import { elementsOf } from './rotation.ts';
import { KEYS_OF_SCORE, type ChoiceMethod } from './selected.ts';
import { visibleKeys } from './visibility.ts';

/** Channels that keys are chosen by: one in eight. */
export const channelsOf = ({ headDim }: Pick<AttentionProblem, 'headDim'>): number => Math.ceil(headDim / 8);

/** The score by which each key of a group is chosen, in float64; −∞ for those that no row sees. */
export function choiceScores(
  problem: AttentionProblem,
  data: AttentionData,
  group: number,
  method: ChoiceMethod,
): Float64Array {
  const { numKVHeads, seqLenQ, seqLenKV, softmaxScale } = problem;
  const entry = Math.floor(group / numKVHeads);
  const { first } = visibleKeys(problem, 0, entry);
  const { end } = visibleKeys(problem, seqLenQ - 1, entry);
  const rows = groupSize(problem) * seqLenQ;
  const queryAt = elementsOf(problem, data.query, 'query');
  const keyAt = elementsOf(problem, data.key, 'key');
  const keyRow = storedRows(problem, data.pageTable, group);
  const queries = Array.from({ length: rows }, (_, row) =>
    Float64Array.from({ length: problem.headDim }, (_, d) => queryAt(group * rows + row, d)),
  );
  const chosen = method === 'channels' ? largestChannels(problem, queries) : [];
  const scoreOf = (query: Float64Array, keys: readonly Float64Array[]): number => {
    const at = (list: Float64Array | undefined, d: number) => list?.[d] ?? NaN;
    if (method === 'channels') return chosen.reduce((sum, d) => sum + at(query, d) * at(keys[0], d), 0);
    return query.reduce((sum, element, d) => {
      const own = keys.map((key) => at(key, d));
      if (method === 'landmarks') return sum + (element * own.reduce((a, b) => a + b, 0)) / own.length;
      return sum + Math.max(element * Math.min(...own), element * Math.max(...own));
    }, 0);
  };
  const scores = new Float64Array(seqLenKV).fill(-Infinity);
  for (let block = 0; block < seqLenKV; block += KEYS_OF_SCORE[method]) {
    const [from, to] = [Math.max(block, first), Math.min(block + KEYS_OF_SCORE[method], end)];
    if (from >= to) continue;
    const keys = Array.from({ length: to - from }, (_, at) =>
      Float64Array.from({ length: problem.headDim }, (_, d) => softmaxScale * keyAt(keyRow(from + at), d)),
    );
    scores.fill(Math.max(...queries.map((query) => scoreOf(query, keys))), from, to);
  }
  return scores;
}

/** The channels that are largest in a group's queries; of equal ones the first. */
function largestChannels(problem: AttentionProblem, queries: readonly Float64Array[]): number[] {
  const sizes = Array.from({ length: problem.headDim }, (_, d) => ({
    d,
    size: queries.reduce((sum, query) => sum + Math.abs(query[d] ?? NaN), 0),
  }));
  return sizes
    .sort((a, b) => b.size - a.size || a.d - b.d)
    .slice(0, channelsOf(problem))
    .map(({ d }) => d);
}
