import { ColumnTotals, eachAttention } from './attention-sums.ts';
import { bestKeys, kept } from './budget.ts';
import type { CacheData } from './data.ts';
import type { KeyList } from './key-list.ts';
import { groupsOf, reachOf, type CacheProblem } from './problem.ts';
import type { Seen } from './seen.ts';

/**
 * Evicts keys while a model decodes. Each query token in turn attends to the keys that are left, its own key among them. After so many
 * tokens, and after the last, the best keys stay that the budget has room for. Keys before the first query are there from the start.
 * @param steps query tokens between evictions
 * @param scoresOf scores of all keys by what has been seen so far; those of evicted ones do not count
 * @returns the keys that are left at the end
 */
export function evictStepwise(
  problem: CacheProblem,
  data: CacheData,
  steps: number,
  scoresOf: (seen: Seen) => Float64Array,
): KeyList {
  const { seqLenQ, seqLenKV, params } = problem;
  const count = kept(seqLenKV, params);
  const isLeft = new Uint8Array(groupsOf(problem) * seqLenKV).fill(1);
  const totals = new ColumnTotals(isLeft.length);
  const last = new Float64Array(isLeft.length);
  let list: KeyList = { positions: new Int32Array() };
  for (let token = 0; token < seqLenQ; token++) {
    last.fill(0);
    eachAttention(
      problem,
      data,
      { firstToken: token, endToken: token + 1, isLeft },
      (row, { group, seen }) => {
        const first = group * seqLenKV;
        totals.add(row, first, seen, isLeft);
        for (let position = 0; position < seen; position++) {
          last[first + position] = (last[first + position] ?? NaN) + (row[position] ?? NaN);
        }
      },
    );
    const end = Math.min(seqLenKV, token + reachOf(problem) + 1);
    const isDue = (token + 1) % steps === 0 || token === seqLenQ - 1;
    if (!isDue || (end <= count && end < seqLenKV)) continue;
    const isThere = (at: number) => isLeft[at] === 1 && at % seqLenKV < end;
    const scores = scoresOf({ end, isKept: isThere, sums: () => totals.sums(), last: () => last });
    list = bestKeys(
      problem,
      scores.map((score, at) => (isThere(at) ? score : -Infinity)),
    );
    leave(isLeft, list, { seqLenKV, end });
  }
  return list;
}

/** Marks the keys before `end` that are not on the list as evicted. */
function leave(
  isLeft: Uint8Array,
  { positions, starts }: KeyList,
  { seqLenKV, end }: { readonly seqLenKV: number; readonly end: number },
): void {
  const groups = isLeft.length / seqLenKV;
  for (let group = 0; group < groups; group++) {
    const first = group * seqLenKV;
    const each = positions.length / groups;
    const [from, to] = [starts?.[group] ?? group * each, starts?.[group + 1] ?? (group + 1) * each];
    isLeft.fill(0, first, first + end);
    for (const position of positions.subarray(from, to)) isLeft[first + position] = 1;
  }
}
