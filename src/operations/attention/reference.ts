import type { OptionValues } from './options/fields.ts';
import type { ScoreRow } from './options/score-step.ts';
import { rowSteps } from './options/score-steps.ts';
import { groupSize, type AttentionProblem } from './problem.ts';
import { storedRows } from './pages.ts';
import { elementsOf } from './rotation.ts';
import { slotsOfGroup } from './selected.ts';
import { reachOfQuery, visibleKeys } from './visibility.ts';

export type Numbers = ArrayLike<number>;

/** The data of a problem. Options that the problem does not have are left out. */
export interface AttentionData extends OptionValues {
  readonly query: Numbers;
  readonly key: Numbers;
  readonly value: Numbers;
}

/** float64 output and lse of chosen rows, in the order of `rows`. */
export interface AttentionRows {
  /** [rows, headDimV] */
  readonly output: Float64Array;
  /** [rows] */
  readonly lse: Float64Array;
  /** [rows]: the size of the terms that the logit of the row's largest score is the sum of; 0 where that is a sink. */
  readonly lseTerms: Float64Array;
}

/**
 * `O = softmax(scores) V` in float64, row by row, straight from the definition. `SCORE_STEPS` lead from dot products to
 * scores; a sink joins the denominator. A row that sees no key gives output 0 and, without a sink, lse −∞. A hidden key
 * changes nothing, whatever it and its value hold. A value whose weight is 0 does not count.
 *
 * @param rows flat indices into [batch, numHeads, seqLenQ]
 */
export function attentionReference(
  problem: AttentionProblem,
  data: AttentionData,
  rows: readonly number[],
): AttentionRows {
  const { numHeads, seqLenQ, headDimV } = problem;
  const output = new Float64Array(rows.length * headDimV);
  const lse = new Float64Array(rows.length);
  const lseTerms = new Float64Array(rows.length);
  rows.forEach((row, index) => {
    const head = Math.floor(row / seqLenQ);
    const scores = scoresOfRow(problem, data, row);
    const sink = problem.sinks === true ? (data.sinks?.[head % numHeads] ?? NaN) : -Infinity;
    const peak = scores.reduce((a, b) => Math.max(a, b), sink);
    if (peak === -Infinity) {
      lse[index] = -Infinity;
      return;
    }
    const weights = scores.map((score) => Math.exp(score - peak));
    const sum = weights.reduce((a, b) => a + b, Math.exp(sink - peak));
    lse[index] = peak + Math.log(sum);
    const group = groupOf(problem, head);
    const valueRow = storedRows(problem, data.pageTable, group);
    const { keyIn } = slotsOfGroup(problem, data.chosenKeys, group);
    const largest = scores.indexOf(peak);
    if (largest >= 0) lseTerms[index] = termsOfLogit(problem, data, row, keyIn(largest));
    weights.forEach((weight, slot) => {
      if (weight === 0) return;
      for (let d = 0; d < headDimV; d++) {
        const at = index * headDimV + d;
        output[at] =
          (output[at] ?? NaN) + (weight / sum) * (data.value[valueRow(keyIn(slot)) * headDimV + d] ?? NaN);
      }
    });
  });
  return { output, lse, lseTerms };
}

/** Scores of one row over all keys, or over its chosen keys, −∞ where it does not see the key. */
export function scoresOfRow(problem: AttentionProblem, data: AttentionData, row: number): Float64Array {
  const place = placeOf(problem, row);
  const { first, end } = visibleKeys(problem, place.token, place.entry);
  const steps = rowSteps(problem, data, place);
  const dotOf = dotsOfRow(problem, data, row);
  const group = groupOf(problem, Math.floor(row / problem.seqLenQ));
  const { count, keyIn, weightOf } = slotsOfGroup(problem, data.chosenKeys, group);
  const scores = new Float64Array(count).fill(-Infinity);
  for (let slot = 0; slot < count; slot++) {
    const j = keyIn(slot);
    if (j < first || j >= end) continue;
    scores[slot] = steps.reduce((score, step) => step.score(score, j), dotOf(j)) + weightOf(slot);
  }
  return scores;
}

/** The key/value head, counted over the batch, of a head that is. */
const groupOf = (problem: AttentionProblem, head: number): number => Math.floor(head / groupSize(problem));

/** Where a row stands, by its number over all heads. */
export function placeOf(problem: AttentionProblem, row: number): ScoreRow {
  const { numHeads, seqLenQ } = problem;
  const head = Math.floor(row / seqLenQ);
  const entry = Math.floor(head / numHeads);
  const token = row % seqLenQ;
  return { entry, head: head % numHeads, token, diagonal: reachOfQuery(problem, entry, token).diagonal };
}

/** The dot product of a row's query with each key of its head, rotated where the problem says so. */
export function dotsOfRow(
  problem: AttentionProblem,
  data: AttentionData,
  row: number,
): (key: number) => number {
  const { own, elementOf } = operandsOfRow(problem, data, row);
  return (j) => own.reduce((dot, element, d) => dot + element * elementOf(j, d), 0);
}

/** The size of the terms of a logit, which a softcap shrinks with the logit. */
function termsOfLogit(problem: AttentionProblem, data: AttentionData, row: number, key: number): number {
  const { softmaxScale, softcap = Infinity } = problem;
  const { own, elementOf } = operandsOfRow(problem, data, row);
  const terms = own.reduce((sum, element, d) => sum + Math.abs(element * elementOf(key, d)), 0);
  return Math.min(Math.abs(softmaxScale) * terms, softcap);
}

/** A row's query and the elements of its keys. */
function operandsOfRow(problem: AttentionProblem, { query, key, pageTable }: AttentionData, row: number) {
  const { seqLenQ, headDim } = problem;
  const keyRow = storedRows(problem, pageTable, groupOf(problem, Math.floor(row / seqLenQ)));
  const queryAt = elementsOf(problem, query, 'query');
  const keyAt = elementsOf(problem, key, 'key');
  const own = Float64Array.from({ length: headDim }, (_, d) => queryAt(row, d));
  return { own, elementOf: (j: number, d: number) => keyAt(keyRow(j), d) };
}
