import type { KeyList } from './key-list.ts';
import { eachRun } from './merged.ts';
import { reachOf, type CacheProblem } from './problem.ts';
import { placeOf, type AttendedRow } from './reference.ts';

/**
 * Attention over merged rows as attention over the keys that are in them: each has its row's score, and its share of the row's
 * probability, which is the weight that its value has in the output.
 * @param row of [batch, numHeads, seqLenQ]
 * @returns the row itself where the list merges nothing
 */
export function overTokens(
  problem: CacheProblem,
  list: KeyList | undefined,
  row: number,
  attended: AttendedRow,
): AttendedRow {
  const { merged } = list ?? {};
  if (list === undefined || merged === undefined) return attended;
  const { group: own, token } = placeOf(problem, row);
  const [scores, logits, probabilities] = [
    attended.scores.slice(),
    attended.logits.slice(),
    attended.probabilities.slice(),
  ];
  eachRun(problem, list, (group, from, end) => {
    if (group !== own || end - 1 > token + reachOf(problem)) return;
    for (let position = from; position < end; position++) {
      const share = merged.shares[group * problem.seqLenKV + position] ?? NaN;
      // A key without a share is forgotten.
      scores[position] = share === 0 ? -Infinity : (attended.scores[end - 1] ?? NaN);
      logits[position] = (attended.logits[end - 1] ?? NaN) + Math.log(share);
      probabilities[position] = share * (attended.probabilities[end - 1] ?? NaN);
    }
  });
  return { ...attended, scores, logits, probabilities };
}
