import { lossOf } from '../losses/index.ts';
import type { Arrays } from '../../../core/variant.ts';
import type { Comparison } from '../../../core/comparison.ts';
import type { Pairs } from './pairs.ts';
import { pickRows } from '../../../core/sample.ts';

/** Outputs that are compared here and nowhere else. */
export const METRIC_OUTPUTS: readonly string[] = [
  ...['rowRanks', 'colRanks', 'rowLogits', 'numNegatives', 'hardestLogits', 'hardestPlaces'],
];

/** Relative to the scale: logits that are closer than this may change places in f32. */
const TIED = 1e-6;

/**
 * Ranks, statistics of logits and hardest negatives of some rows, straight from the definitions. A rank that hangs
 * on a tie in all but exact arithmetic is left out, and counted.
 */
export function metricComparisons(
  pairs: Pairs,
  outputs: Arrays,
  rows: readonly number[],
): { comparisons: Comparison[]; tied: number } {
  const comparisons: Comparison[] = [];
  let tied = 0;
  const ranks = (name: string, rankOf: (line: number) => number | undefined): void => {
    const output = outputs[name];
    if (output === undefined) return;
    const expected = rows.map(rankOf);
    tied += expected.filter((rank) => rank === undefined).length;
    comparisons.push({
      actual: rows.flatMap((row, at) => (expected[at] === undefined ? [] : [output[row] ?? NaN])),
      expected: expected.filter((rank) => rank !== undefined),
    });
  };
  ranks('rowRanks', (i) => rankOfRow(pairs, i));
  ranks('colRanks', (j) => rankOfColumn(pairs, j));

  const { rowLogits, numNegatives, hardestLogits, hardestPlaces } = outputs;
  if (rowLogits !== undefined && numNegatives !== undefined) {
    const measured = rows.map((i) => ({
      positive: plain(pairs, i, pairs.positiveOf(i)),
      negatives: negatives(pairs, i),
    }));
    comparisons.push({
      actual: pickRows(numNegatives, 1, rows),
      expected: measured.map((row) => row.negatives.length),
    });
    // A row without negatives has no statistics of them.
    const full = rows.filter((_, at) => measured[at]?.negatives.length !== 0);
    comparisons.push({
      actual: pickRows(rowLogits, 4, full),
      expected: measured
        .filter((row) => row.negatives.length > 0)
        .flatMap(({ positive, negatives: all }) => {
          const logits = all.map(({ logit }) => logit);
          const mean = logits.reduce((a, b) => a + b, 0) / logits.length;
          const [least, most] = [
            logits.reduce((a, b) => Math.min(a, b)),
            logits.reduce((a, b) => Math.max(a, b)),
          ];
          return [positive, mean, least, most];
        }),
    });
  }
  if (hardestLogits !== undefined && hardestPlaces !== undefined) {
    const top = hardestLogits.length / pairs.problem.numRows;
    for (const i of rows) {
      const columns = negatives(pairs, i).filter(({ place }) => place < pairs.problem.numCols);
      const all = columns.sort((a, b) => b.logit - a.logit || a.place - b.place);
      const expected = Array.from({ length: top }, (_, at) => all[at]?.logit ?? -Infinity);
      comparisons.push({ actual: hardestLogits.subarray(i * top, (i + 1) * top), expected });
      // The places are right if they have these logits, and no place stands twice.
      const logitAt = new Map(all.map(({ logit, place }) => [place, logit]));
      const own = [...hardestPlaces.subarray(i * top, (i + 1) * top)];
      comparisons.push({ actual: own.map((place) => logitAt.get(place) ?? -Infinity), expected });
      const real = own.slice(0, all.length);
      comparisons.push({ actual: [new Set(real).size], expected: [real.length] });
    }
  }
  return { comparisons, tied };
}

/** The logit without the margin. */
const plain = (pairs: Pairs, i: number, j: number): number =>
  pairs.scale(i) * pairs.similarity(i, j) + (pairs.problem.logitBias ?? 0);

function negatives(pairs: Pairs, i: number): { logit: number; place: number }[] {
  const { logits, kinds } = pairs.row(i);
  return [...logits].flatMap((logit, place) => (kinds[place] === 'negative' ? [{ logit, place }] : []));
}

function rankOfRow(pairs: Pairs, i: number): number | undefined {
  const rank = rankAmong(pairs, pairs.problem.numCols, (j) => [i, j], pairs.positiveOf(i));
  const z = plain(pairs, i, pairs.positiveOf(i));
  const own = Array.from({ length: pairs.problem.rowNegatives ?? 0 }, (_, k) => pairs.ownNegative(i, k));
  const above = own.filter(({ similarity }) => !(pairs.scale(i) * similarity <= z)).length;
  return rank === undefined ? undefined : rank + above;
}

function rankOfColumn(pairs: Pairs, j: number): number | undefined {
  if (!lossOf(pairs.problem.loss).symmetric) return undefined;
  return rankAmong(pairs, pairs.problem.numRows, (i) => [i, j], j);
}

/**
 * 1 + the others that are no duplicates and have a larger logit, or an equal one and a lower index. A NaN on either side
 * counts as a larger one.
 */
function rankAmong(
  pairs: Pairs,
  count: number,
  pairOf: (other: number) => readonly [number, number],
  positive: number,
): number | undefined {
  const z = plain(pairs, ...pairOf(positive));
  let rank = 1;
  for (let other = 0; other < count; other++) {
    const pair = pairOf(other);
    if (pairs.kind(...pair) !== 'negative') continue;
    const logit = plain(pairs, ...pair);
    const apart = Math.abs(logit - z);
    if (apart !== 0 && apart <= TIED * Math.abs(pairs.scale(pair[0]))) return undefined;
    if (logit > z || Number.isNaN(apart) || (apart === 0 && other < positive)) rank++;
  }
  return rank;
}
