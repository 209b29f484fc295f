import { expect, test } from 'vitest';
import { blockScores, keySamples } from '../../src/operations/attention/choice.ts';
import { referenceData } from '../../src/operations/attention/data.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { sampleProbability } from '../../src/operations/attention/hashing.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionReference } from '../../src/operations/attention/reference.ts';
import { packLists } from '../../src/operations/attention/selected.ts';
import { mergeStatesReference } from '../../src/operations/merge-states/reference.ts';

const KEYS = 48;
const PROBLEM = attentionProblem({ numHeads: 2, numKVHeads: 1, seqLenKV: KEYS, headDim: 8, headDimV: 3 });
const data = referenceData(PROBLEM, attention.inputs(PROBLEM, 1));
const ROWS = [0, 1];
const dense = attentionReference(PROBLEM, data, ROWS);
const HASHING = { bits: 3, tables: 8 };

interface Listed {
  readonly key: number;
  readonly weight: number;
}

/** Attention over a list of keys. */
function over(list: readonly Listed[]) {
  const slots = Math.max(1, list.length);
  const keys = Array.from({ length: slots }, (_, at) => list[at]?.key ?? -1);
  const chosenKeys = packLists(slots, keys, (at) => list[at]?.weight ?? 0);
  return attentionReference({ ...PROBLEM, selected: { slots } }, { ...data, chosenKeys }, ROWS);
}

/** The keys that hash tables of a seed sample. */
function sampled(seed: number): Listed[] {
  const sampleOf = keySamples(
    { ...PROBLEM, selected: { slots: KEYS, by: 'lsh', hashing: { ...HASHING, seed } } },
    data,
    0,
  );
  return Array.from({ length: KEYS }, (_, key) => ({ key, ...sampleOf(key) })).flatMap(
    ({ key, possible, logWeight }) => (possible < 2 ? [] : [{ key, weight: logWeight }]),
  );
}

/** The relative error of the mean of states, each weighed by its sum of exponentials. */
function errorOf(states: readonly ReturnType<typeof over>[]): number {
  const problem = { numStates: states.length, numRows: ROWS.length, headDimV: PROBLEM.headDimV };
  const outputs = states.flatMap(({ output }) => Array.from(output));
  const lses = states.flatMap(({ lse }) => Array.from(lse));
  const { output } = mergeStatesReference(problem, outputs, lses, ROWS);
  const difference = output.map((value, at) => value - (dense.output[at] ?? NaN));
  return Math.hypot(...difference) / Math.hypot(...dense.output);
}

test('the mean over seeds of sampled keys comes to dense attention, that of the best keys does not', () => {
  const states = Array.from({ length: 900 }, (_, seed) => over(sampled(1000 * seed)));
  // The error of n seeds is about 1.2 / √n.
  const many = errorOf(states);
  const batches = Array.from({ length: 25 }, (_, batch) =>
    errorOf(states.slice(36 * batch, 36 * (batch + 1))),
  );
  const few = batches.reduce((sum, error) => sum + error, 0) / batches.length;
  expect(many).toBeLessThan(2 / Math.sqrt(900));
  expect(many).toBeLessThan(few / 2.5);
  // And so does the sum of exponentials, so that the lse is right.
  const mean =
    states.reduce((sum, { lse }) => sum + Math.exp((lse[0] ?? NaN) - (dense.lse[0] ?? NaN)), 0) /
    states.length;
  expect(mean).toBeCloseTo(1, 1);

  const scoreOf = blockScores({ ...PROBLEM, selected: { slots: 12, by: 'channels' } }, data, 0, 'channels');
  const best = Array.from({ length: KEYS }, (_, key) => ({ key, weight: 0 })).toSorted(
    (a, b) => scoreOf(b.key) - scoreOf(a.key),
  );
  // It is the same with every seed.
  expect(errorOf([over(best.slice(0, 12))])).toBeGreaterThan(5 * many);
});

test.each([
  [1, 1],
  [-1, 0],
  [0, 0.5 ** 3],
])('keys at a cosine of %d share a bucket with probability %d', (cosine, bucket) => {
  const { tables } = HASHING;
  const one = tables * bucket * (1 - bucket) ** (tables - 1);
  const expected = 1 - (1 - bucket) ** tables - one;
  expect(sampleProbability({ ...HASHING, seed: 0 }, cosine)).toBeCloseTo(expected, 12);
});

test('probabilities near 0 keep their digits', () => {
  // Two hits of 10 tables, to first order.
  const x = (1 - Math.acos(-0.9) / Math.PI) ** 16;
  expect(sampleProbability({ bits: 16, tables: 10, seed: 0 }, -0.9) / (45 * x * x)).toBeCloseTo(1, 6);
});
