/** A NaN that counts shows in the loss and the gradients of every contrastive loss, exactly where float64 has it. */
import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { optionValues } from '../../src/core/option-data.ts';
import { requireArray } from '../../src/core/checks.ts';
import { runOnce } from '../../src/gpu/session.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveOptions } from '../../src/operations/contrastive/options/index.ts';
import { contrastiveReference } from '../../src/operations/contrastive/reference.ts';
import type { ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import { smallTiles, useSession } from '../support/gpu.ts';
import { differences, withElements, type Elements } from '../support/no-numbers.ts';
import { usualVariants } from '../support/usual-variants.ts';

const session = useSession();

const WIDTH = 8;
const SHAPE = { numRows: 22, embedDim: WIDTH, logitScale: 4 } as const;

/** A NaN in row `at` of x or y. */
const nanIn = (name: string, at: number): Elements => ({ [name]: { [at * WIDTH + 3]: NaN } });

const CASES: Readonly<Record<string, { problem: Partial<ContrastiveProblem>; elements: Elements }>> = {
  'clip, a queue': { problem: { ...SHAPE, extraCols: 5 }, elements: nanIn('y', 24) },
  'clip, a row of x': { problem: SHAPE, elements: nanIn('x', 7) },
  'clip, smoothed': { problem: { ...SHAPE, labelSmoothing: 0.1, extraCols: 5 }, elements: nanIn('y', 24) },
  'info-nce, a queue': { problem: { ...SHAPE, loss: 'info-nce', extraCols: 5 }, elements: nanIn('y', 24) },
  'info-nce, a candidate': { problem: { ...SHAPE, loss: 'info-nce', numCols: 30 }, elements: nanIn('y', 28) },
  'info-nce, a row of x': { problem: { ...SHAPE, loss: 'info-nce' }, elements: nanIn('x', 7) },
  'info-nce, a negative of one row': {
    problem: { ...SHAPE, loss: 'info-nce', rowNegatives: 2 },
    elements: nanIn('rowNegatives', 15),
  },
  'info-nce, a copy of the positive': {
    problem: { ...SHAPE, loss: 'info-nce', falseNegativeMargin: 0.2, extraCols: 5 },
    elements: nanIn('y', 24),
  },
  'siglip, a queue': { problem: { ...SHAPE, loss: 'siglip', extraCols: 5 }, elements: nanIn('y', 24) },
  'siglip, a row of x': { problem: { ...SHAPE, loss: 'siglip' }, elements: nanIn('x', 7) },
  'bce, a row of x': { problem: { ...SHAPE, loss: 'bce', labelSets: 2 }, elements: nanIn('x', 7) },
  'nt-xent, a row': { problem: { ...SHAPE, loss: 'nt-xent' }, elements: nanIn('x', 7) },
  'dcl, a queue': { problem: { ...SHAPE, loss: 'dcl', extraCols: 5 }, elements: nanIn('y', 24) },
  'dcl, a row of x': { problem: { ...SHAPE, loss: 'dcl' }, elements: nanIn('x', 7) },
  'dclw, a queue': { problem: { ...SHAPE, loss: 'dclw', extraCols: 5 }, elements: nanIn('y', 24) },
  'dclw, a row of x': { problem: { ...SHAPE, loss: 'dclw' }, elements: nanIn('x', 7) },
  'soft-targets, a candidate': {
    problem: { ...SHAPE, loss: 'soft-targets', extraCols: 5 },
    elements: nanIn('y', 24),
  },
  'soft-targets, a candidate of the teacher': {
    problem: { ...SHAPE, loss: 'soft-targets' },
    elements: nanIn('teacherY', 7),
  },
  'sup-con, a row': { problem: { ...SHAPE, loss: 'sup-con' }, elements: nanIn('x', 7) },
};

for (const { id } of usualVariants(contrastive)) {
  describe(`contrastive ${id}: NaN in`, () => {
    for (const [name, { problem: partial, elements }] of Object.entries(CASES)) {
      test(name, async ({ skip }) => {
        const problem = contrastive.problem({ ...partial, reduction: 'none' });
        const bound = bind(contrastive, problem, session().identity);
        const inputs = withElements(bound.inputs(7), elements);
        const { supported, ...variant } = bound.variant(id, smallTiles(bound, id));
        if (supported !== true) skip(supported);
        const { outputs } = await session().guard(runOnce(session(), variant.plan(), inputs, {}));
        const x = requireArray(inputs, 'x');
        const expected = contrastiveReference(problem, {
          ...{ x, y: inputs['y'] ?? x },
          ...optionValues(contrastiveOptions, problem, inputs),
        });
        for (const [output, values] of Object.entries<Float64Array>({ ...expected })) {
          const actual = outputs[output];
          if (actual !== undefined) expect(differences(actual, values, 1e-4).slice(0, 5), output).toEqual([]);
        }
      });
    }
  });
}
