import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/core/errors.ts';
import { flash } from '../../src/operations/attention/variants/flash.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import { requireArray } from '../../src/core/checks.ts';
import {
  attentionReference,
  scoresOfRow,
  type AttentionData,
} from '../../src/operations/attention/reference.ts';
import { attentionTrace } from '../../src/operations/attention/trace.ts';
import { logSumExp } from '../../src/operations/contrastive/reference/line.ts';
import { lseOf } from '../../src/tile/online-softmax.ts';

function dataOf(problem: AttentionProblem): AttentionData {
  const inputs = attention.inputs(problem, 5);
  const of = (name: string) => requireArray(inputs, name);
  return { query: of('query'), key: of('key'), value: of('value') };
}

const rowsOf = ({ seqLenQ }: AttentionProblem) => Array.from({ length: seqLenQ }, (_, row) => row);
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(actual.length).toBe(expected.length);
  Array.from(expected).forEach((value, at) => {
    if (Number.isFinite(value)) expect(actual[at]).toBeCloseTo(value, 12);
    else expect(actual[at]).toBe(value);
  });
};

const size = fc.integer({ min: 1, max: 9 });
const WINDOWS: readonly (readonly [number, number])[] = [
  [-1, -1],
  [2, 0],
  [1, 3],
];
const problems = fc.record({
  seqLenQ: size,
  seqLenKV: size,
  headDim: fc.integer({ min: 1, max: 3 }),
  headDimV: fc.integer({ min: 1, max: 3 }),
  causal: fc.constantFrom<AttentionProblem['causal'][]>(false, 'bottom-right', 'top-left'),
  window: fc.constantFrom(...WINDOWS),
});
const anyTile = fc.record({ blockM: size, blockN: size });

describe('attentionTrace', () => {
  test('ends at the result of the definition, whatever the tiles and the mask', () => {
    fc.assert(
      fc.property(problems, anyTile, (partial, tile) => {
        const problem = attentionProblem(partial);
        const data = dataOf(problem);
        const trace = attentionTrace(problem, data, tile);
        const expected = attentionReference(problem, data, rowsOf(problem));
        close(trace.output, expected.output);
        close(trace.lse, expected.lse);
      }),
    );
  });

  test('after each tile, maximum and sum are those of the keys seen so far', () => {
    const problem = attentionProblem({ seqLenQ: 7, seqLenKV: 9, headDim: 3, causal: 'bottom-right' });
    const data = dataOf(problem);
    const { steps } = attentionTrace(problem, data, { blockM: 3, blockN: 2 });
    const after = steps.filter(({ phase }) => phase === 'output');
    expect(after.length).toBeGreaterThan(9);
    for (const { keys, states } of after) {
      for (const state of states) {
        const seen = scoresOfRow(problem, data, state.row).subarray(0, keys?.end);
        expect(state.peak).toBe(seen.reduce((a, b) => Math.max(a, b), -Infinity));
        close([lseOf(state)], [logSumExp(seen)]);
      }
    }
  });

  test('each phase changes its own numbers and no others', () => {
    const problem = attentionProblem({ seqLenQ: 4, seqLenKV: 4, headDim: 2 });
    const { steps } = attentionTrace(problem, dataOf(problem), { blockM: 4, blockN: 2 });
    const phases = steps.map(({ phase }) => phase);
    const tile = ['scores', 'max', 'weights', 'output'];
    expect(phases).toEqual(['start', ...tile, ...tile, 'finish']);
    const changed = steps.slice(1, -1).map(({ states }, at) => {
      const [now, before] = [states[0], steps[at]?.states[0]];
      return (['peak', 'total', 'sums'] as const).filter((name) => now?.[name] !== before?.[name]);
    });
    expect(changed.slice(0, 4)).toEqual([[], ['peak'], ['total'], ['sums']]);
  });

  test('visits the tiles that the kernel visits', () => {
    fc.assert(
      fc.property(problems, anyTile, (partial, tile) => {
        const problem = attentionProblem(partial);
        const { tiles } = attentionTrace(problem, dataOf(problem), tile);
        const plan = flash.plan(problem, { ...tile, rows: 1, cols: 1, stageDepth: 0 });
        expect({
          visited: tiles.filter(({ kind }) => kind !== 'skipped').length,
          total: tiles.length,
        }).toEqual(plan.tiles);
      }),
    );
  });

  test('tells tiles that nobody, somebody and everybody sees apart', () => {
    const problem = attentionProblem({ seqLenQ: 4, headDim: 1, causal: 'bottom-right' });
    const { tiles } = attentionTrace(problem, dataOf(problem), { blockM: 2, blockN: 2 });
    expect(tiles.map(({ kind }) => kind)).toEqual(['partial', 'skipped', 'full', 'partial']);
  });

  test('refuses several heads, and tiles of nothing', () => {
    const two = attentionProblem({ numHeads: 2, headDim: 1 });
    expect(() => attentionTrace(two, dataOf(two), { blockM: 1, blockN: 1 })).toThrow(ShapeError);
    const one = attentionProblem({ headDim: 1 });
    expect(() => attentionTrace(one, dataOf(one), { blockM: 1, blockN: 0 })).toThrow(/blockN/);
  });
});
