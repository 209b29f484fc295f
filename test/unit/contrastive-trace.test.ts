import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnsupportedError } from '../../src/core/errors.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import type { ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import { normals } from '../../src/core/random.ts';
import { contrastiveReference } from '../../src/operations/contrastive/reference.ts';
import { contrastiveTrace } from '../../src/operations/contrastive/trace.ts';
import { lseOf } from '../../src/tile/online-softmax.ts';

const dataOf = ({ numRows, embedDim }: ContrastiveProblem) => ({
  x: normals(numRows * embedDim, 1),
  y: normals(numRows * embedDim, 2),
});

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(actual.length).toBe(expected.length);
  Array.from(expected).forEach((value, at) => {
    expect(actual[at]).toBeCloseTo(value, 11);
  });
};

const size = fc.integer({ min: 1, max: 8 });
const problems = fc.record({
  numRows: size,
  embedDim: fc.integer({ min: 1, max: 3 }),
  logitScale: fc.constantFrom(0.5, 7, 100),
  reduction: fc.constantFrom<ContrastiveProblem['reduction'][]>('mean', 'sum'),
});

describe('contrastiveTrace', () => {
  test('ends at the loss and gradients of the definition, whatever the tiles', () => {
    fc.assert(
      fc.property(problems, fc.record({ blockM: size, blockN: size }), (partial, tile) => {
        const problem = contrastiveProblem(partial);
        const data = dataOf(problem);
        const { steps, loss } = contrastiveTrace(problem, data, tile);
        const expected = contrastiveReference(problem, data);
        const end = steps.at(-1);
        close([loss], expected.loss);
        close(end?.rowStates.map(({ lse = NaN }) => lse) ?? [], expected.rowLse);
        close(end?.colStates.map(({ lse = NaN }) => lse) ?? [], expected.colLse);
        close(end?.xGrad.flat() ?? [], expected.xGrad);
        close(end?.yGrad.flat() ?? [], expected.yGrad);
      }),
    );
  });

  test('of pairs ends at the loss and gradients of the definition, whatever the tiles', () => {
    const biased = fc.record({ partial: problems, logitBias: fc.constantFrom(-10, -1, 0, 2) });
    fc.assert(
      fc.property(biased, fc.record({ blockM: size, blockN: size }), ({ partial, logitBias }, tile) => {
        const problem = contrastiveProblem({ ...partial, loss: 'siglip', logitBias });
        const data = dataOf(problem);
        const { steps, loss } = contrastiveTrace(problem, data, tile);
        const expected = contrastiveReference(problem, data);
        close([loss], expected.loss);
        close(steps.at(-1)?.xGrad.flat() ?? [], expected.xGrad);
        close(steps.at(-1)?.yGrad.flat() ?? [], expected.yGrad);
      }),
    );
  });

  test('of pairs walks every tile once for each gradient, and knows a row after its last tile', () => {
    const problem = contrastiveProblem({ loss: 'siglip', numRows: 5, embedDim: 1, logitBias: -1 });
    const { steps } = contrastiveTrace(problem, dataOf(problem), { blockM: 2, blockN: 4 });
    const count = (phase: string) => steps.filter((step) => step.phase === phase).length;
    const phases = ['logits', 'rows', 'columns', 'merge', 'x-gradient', 'y-gradient', 'losses'];
    expect(phases.map(count)).toEqual([6, 0, 0, 0, 6, 6, 1]);
    const lastOfFirstBlock = steps
      .filter(({ rows, phase }) => rows?.first === 0 && phase === 'x-weights')
      .at(-1);
    const end = steps.at(-1);
    expect(lastOfFirstBlock?.rowStates.slice(0, 2)).toEqual(end?.rowStates.slice(0, 2));
    expect(lastOfFirstBlock?.rowStates[2]?.loss).toBe(0);
    expect(end?.phase).toBe('losses');
  });

  test('rows are known after their last tile, columns only once the row blocks are merged', () => {
    const problem = contrastiveProblem({ numRows: 6, embedDim: 2, logitScale: 3 });
    const { steps } = contrastiveTrace(problem, dataOf(problem), { blockM: 3, blockN: 2 });
    const end = steps.at(-1);
    const lastOfFirstBlock = steps.filter(({ rows }) => rows?.first === 0)[3 * 3 - 1];
    expect(lastOfFirstBlock?.phase).toBe('columns');
    close(
      lastOfFirstBlock?.rowStates.slice(0, 3).map(lseOf) ?? [],
      end?.rowStates.slice(0, 3).map(lseOf) ?? [],
    );
    expect(lastOfFirstBlock?.rowStates[3]?.total).toBe(0);
    expect(lastOfFirstBlock?.parts.every(({ total }) => total > 0)).toBe(true);
    expect(lastOfFirstBlock?.colStates.every(({ total }) => total === 0)).toBe(true);
    const merged = steps.find(({ phase }) => phase === 'merge');
    close(merged?.colStates.map(lseOf) ?? [], end?.colStates.map(lseOf) ?? []);
  });

  test('walks every tile once for the statistics and once for each gradient', () => {
    const problem = contrastiveProblem({ numRows: 5, embedDim: 1 });
    const { steps } = contrastiveTrace(problem, dataOf(problem), { blockM: 2, blockN: 4 });
    const count = (phase: string) => steps.filter((step) => step.phase === phase).length;
    const phases = ['logits', 'rows', 'columns', 'merge', 'losses', 'x-gradient', 'y-gradient'];
    expect(phases.map(count)).toEqual([6, 6, 6, 1, 1, 6, 6]);
    // For y, the kernel owns blocks of columns.
    expect(steps.find(({ phase }) => phase === 'y-weights')).toMatchObject({
      rows: { first: 0, end: 4 },
      cols: { first: 0, end: 2 },
    });
  });

  test('refuses what it does not follow, by name', () => {
    const follow = (partial: Partial<ContrastiveProblem>) => () => {
      const problem = contrastiveProblem({ numRows: 2, embedDim: 1, ...partial });
      contrastiveTrace(problem, dataOf(problem), { blockM: 1, blockN: 1 });
    };
    expect(follow({ loss: 'info-nce' })).toThrow(UnsupportedError);
    expect(follow({ margin: 0.1 })).toThrow(/margin/);
  });
});
