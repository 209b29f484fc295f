import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/core/errors.ts';
import { normals } from '../../src/core/random.ts';
import { floatTensor } from '../../src/core/tensor.ts';
import { attentionCall } from '../../src/operations/attention/call.ts';
import { blockScores, candidatesOf, keySamples } from '../../src/operations/attention/choice.ts';
import { givenSummary, referenceData } from '../../src/operations/attention/data.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { packLists, type ChooseArgument } from '../../src/operations/attention/selected.ts';
import { verifyChoice } from '../../src/operations/attention/verify-choice.ts';

const PROBLEM = attentionProblem({ numHeads: 2, numKVHeads: 1, seqLenKV: 72, headDim: 16 });
const data = referenceData(PROBLEM, attention.inputs(PROBLEM, 1));
const METHODS = ['channels', 'blocks', 'landmarks'] as const;
type Method = (typeof METHODS)[number];

const padded = (keys: readonly number[], slots: number) => [
  ...keys,
  ...Array.from({ length: slots - keys.length }, () => -1),
];

const chosenBy = (method: Method, slots: number) => ({ ...PROBLEM, selected: { slots, by: method } });

/** The keys that are met: those of the best blocks, and those of no whole block. */
function bestOf(method: Method, slots: number): number[] {
  const problem = chosenBy(method, slots);
  const { size, blocks, met } = candidatesOf(problem, 0);
  const scoreOf = blockScores(problem, data, 0, method);
  const best = blocks.toSorted((a, b) => scoreOf(b) - scoreOf(a) || a - b);
  const keys = best.flatMap((block) => Array.from({ length: size }, (_, at) => block * size + at));
  return [...met, ...keys.slice(0, size * Math.floor((slots - met.length) / size))];
}

test('bounds of a block are never below the scores of its keys', () => {
  const bound = blockScores(chosenBy('blocks', 72), data, 0, 'blocks');
  for (let key = 0; key < 64; key++) {
    const scores = [0, 1].map((row) => {
      let dot = 0;
      for (let d = 0; d < 16; d++) dot += (data.query[row * 16 + d] ?? NaN) * (data.key[key * 16 + d] ?? NaN);
      return dot * PROBLEM.softmaxScale;
    });
    expect(bound(Math.floor(key / 16))).toBeGreaterThanOrEqual(Math.max(...scores));
  }
});

describe.each(METHODS)('a list by %s', (method) => {
  const chosen = chosenBy(method, 26);
  const verdict = (keys: readonly number[]) => verifyChoice(chosen, data, packLists(26, padded(keys, 26))).ok;
  const best = bestOf(method, 26);

  test('is right if it has the best keys', () => {
    expect(verdict(best.toSorted((a, b) => a - b))).toBe(true);
  });

  test('and wrong if it has another, one twice, or too few', () => {
    const worst = bestOf(method, 72).at(-1) ?? NaN;
    expect(verdict([...best.slice(0, -1), worst])).toBe(false);
    expect(verdict([...best.slice(0, -1), best.at(-2) ?? NaN])).toBe(false);
    expect(verdict(best.slice(0, -1))).toBe(false);
    expect(verdict(best.slice(1))).toBe(false);
  });
});

describe('the argument `choose`', () => {
  const tensor = (...shape: number[]) =>
    floatTensor(
      shape,
      normals(
        shape.reduce((a, b) => a * b, 1),
        1,
      ),
    );
  const call = (choose: unknown) =>
    attentionCall({
      ...{ query: tensor(1, 2, 1, 8), key: tensor(1, 1, 9, 8), value: tensor(1, 1, 9, 8) },
      choose: choose as ChooseArgument,
    });

  test('says how many keys are chosen, and how', () => {
    expect(call({ method: 'blocks', keys: 3 }).parts[0]?.problem.selected).toEqual({
      slots: 3,
      by: 'blocks',
    });
  });

  test.each<[string, unknown]>([
    ['choose', 3],
    ['choose.method', { method: 'guess', keys: 3 }],
    ['choose.method', { method: 'toString', keys: 3 }],
    ['choose.keys', { method: 'blocks', keys: 0 }],
    ['choose.keys', { method: 'blocks' }],
    ['choose.bits', { method: 'blocks', keys: 3, bits: 4 }],
    ['choose.bits', { method: 'lsh', keys: 3, bits: 17 }],
    ['choose.tables', { method: 'lsh', keys: 3, tables: 1 }],
    ['choose.seed', { method: 'lsh', keys: 3, seed: 0.5 }],
    ['choose.returnSummary', { method: 'blocks', keys: 3, returnSummary: 1 }],
    [
      'choose.returnSummary',
      { method: 'channels', keys: 3, returnSummary: true, summary: tensor(1, 1, 8, 8) },
    ],
    ['choose.summary', { method: 'channels', keys: 3, summary: [1] }],
    ['choose.summary.shape', { method: 'channels', keys: 3, summary: tensor(1, 1, 8, 12) }],
    ['choose.summary.shape', { method: 'channels', keys: 3, summary: tensor(1, 1, 7, 8) }],
    ['choose.summary.shape', { method: 'channels', keys: 3, summary: tensor(1, 1, 8, 7) }],
    ['choose.returnSummary', { method: 'blocks', keys: 3, returnSummary: true }],
  ])('is refused by name: %s', (argument, choose) => {
    expect(() => call(choose)).toThrow(ShapeError);
    expect(() => call(choose)).toThrow(expect.objectContaining({ argument }));
  });
});

describe('a list of samples behind which the cache has grown', () => {
  const selected = { slots: 72, by: 'lsh', hashing: { bits: 3, tables: 9, seed: 2 }, blocks: 48 } as const;
  const problem = { ...PROBLEM, selected: { ...selected, summary: 'given' as const } };
  const given = { ...data, ...givenSummary(problem, attention.inputs(PROBLEM, 1)) };
  const { blocks, met } = candidatesOf(problem, 0);
  const sampleOf = keySamples(problem, given, 0);
  const sampled = blocks.filter((key) => sampleOf(key).hits >= 2);
  const verdict = (
    keys: readonly number[],
    weightOf = (key: number) => sampleOf(key).logWeight,
    slots = 72,
  ) => {
    const list = packLists(slots, padded(keys, slots), (at) =>
      (keys[at] ?? 0) < 48 ? weightOf(keys[at] ?? 0) : 0,
    );
    return verifyChoice({ ...problem, selected: { ...problem.selected, slots } }, given, list).ok;
  };

  test('has samples of the others, with their weights', () => {
    expect(met).toEqual(Array.from({ length: 24 }, (_, at) => 48 + at));
    expect(sampled.length).toBeGreaterThan(5);
    expect(verdict([...sampled, ...met])).toBe(true);
    expect(verdict([...sampled.slice(1), ...met])).toBe(false);
    expect(verdict([...sampled, ...met.slice(1)])).toBe(false);
    expect(verdict([...sampled, ...met], (key) => 1.01 * sampleOf(key).logWeight)).toBe(false);
    const other = blocks.find((key) => sampleOf(key).possible < 2) ?? NaN;
    expect(verdict([...[...sampled, other].toSorted((a, b) => a - b), ...met])).toBe(false);
  });

  test('leaves samples out where it has no room', () => {
    const few = [...sampled.slice(0, 3), ...met];
    expect(verdict(few, undefined, few.length)).toBe(true);
    expect(verdict(few)).toBe(false);
  });
});
