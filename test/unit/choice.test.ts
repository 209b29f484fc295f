import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/core/errors.ts';
import { normals } from '../../src/core/random.ts';
import { floatTensor } from '../../src/core/tensor.ts';
import { attentionCall } from '../../src/operations/attention/call.ts';
import { choiceScores } from '../../src/operations/attention/choice.ts';
import { referenceData } from '../../src/operations/attention/data.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import {
  packLists,
  type ChoiceMethod,
  type ChooseArgument,
} from '../../src/operations/attention/selected.ts';
import { verifyChoice } from '../../src/operations/attention/verify-choice.ts';

const PROBLEM = attentionProblem({ numHeads: 2, numKVHeads: 1, seqLenKV: 40, headDim: 16 });
const data = referenceData(PROBLEM, attention.inputs(PROBLEM, 1));
const METHODS = ['channels', 'blocks', 'landmarks'] as const satisfies readonly ChoiceMethod[];

/** The keys with the largest scores. */
function bestOf(method: ChoiceMethod, slots: number): number[] {
  const scores = Array.from(choiceScores(PROBLEM, data, 0, method), (score, key) => ({ score, key }));
  return scores
    .sort((a, b) => b.score - a.score || a.key - b.key)
    .slice(0, slots)
    .map(({ key }) => key);
}

test('bounds of a block are never below the scores of its keys', () => {
  const bounds = choiceScores(PROBLEM, data, 0, 'blocks');
  for (let key = 0; key < 40; key++) {
    const scores = [0, 1].map((row) => {
      let dot = 0;
      for (let d = 0; d < 16; d++) dot += (data.query[row * 16 + d] ?? NaN) * (data.key[key * 16 + d] ?? NaN);
      return dot * PROBLEM.softmaxScale;
    });
    expect(bounds[key]).toBeGreaterThanOrEqual(Math.max(...scores));
  }
});

describe.each(METHODS)('a list by %s', (method) => {
  const chosen = { ...PROBLEM, selected: { slots: 7, by: method } };
  const verdict = (keys: readonly number[]) => verifyChoice(chosen, data, packLists(7, keys)).ok;

  test('is right if it has the best keys', () => {
    expect(verdict(bestOf(method, 7).sort((a, b) => a - b))).toBe(true);
  });

  test('and wrong if it has another, one twice, or too few', () => {
    const best = bestOf(method, 7);
    const worst = bestOf(method, 40).at(-1) ?? NaN;
    expect(verdict([...best.slice(1), worst])).toBe(false);
    expect(verdict([...best.slice(1), best[1] ?? NaN])).toBe(false);
    expect(verdict([...best.slice(1), -1])).toBe(false);
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
  ])('is refused by name: %s', (argument, choose) => {
    expect(() => call(choose)).toThrow(ShapeError);
    expect(() => call(choose)).toThrow(expect.objectContaining({ argument }));
  });
});
