import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { LOSSES, lossOf } from '../../src/operations/contrastive/losses/index.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import {
  REDUCTIONS,
  type ContrastiveProblem,
  type Gradient,
} from '../../src/operations/contrastive/problem.ts';
import { UnsupportedError } from '../../src/core/errors.ts';
import { SMALL } from '../../src/operations/contrastive/tile-corners.ts';
import { trial, useSession } from '../support/gpu.ts';
import { knownParams } from '../support/params.ts';
import { usualVariants } from '../support/usual-variants.ts';

const session = useSession();

const count = (max: number) => fc.integer({ min: 1, max });

const contrastiveShapes = fc
  .record({
    numRows: count(150),
    embedDim: fc.constantFrom(1, 24, 70),
    logitScale: fc.constantFrom(0.01, 0.1, 1, 14, 100),
  })
  .map(contrastiveProblem);

/** Any loss with any options that are not refused. */
const contrastiveOptions = fc
  .record(
    {
      loss: fc.constantFrom(...LOSSES),
      half: count(40),
      more: count(30),
      embedDim: fc.constant(12),
      logitScale: fc.constantFrom(1, 14, 100),
      reduction: fc.constantFrom(...REDUCTIONS),
      gradients: fc.subarray<Gradient>(['x', 'y', 'logitScale']),
      labels: fc.boolean(),
      rowScales: fc.boolean(),
      normalize: fc.boolean(),
      labelSmoothing: fc.constantFrom(0.1, 0.9),
      margin: fc.constantFrom(0.2, -0.1),
      ids: fc.boolean(),
      falseNegativeMargin: fc.constantFrom(0, 0.2),
      extraCols: count(20),
      rowNegatives: count(3),
      metrics: fc.boolean(),
      hardest: count(4),
    },
    { requiredKeys: ['loss', 'half', 'more', 'embedDim', 'logitScale', 'gradients'] },
  )
  .map(({ loss, half, more, embedDim, logitScale, gradients, ...options }) => {
    const { oneTensor, symmetric, pairwise } = lossOf(loss);
    const numRows = 2 * half;
    const alone = oneTensor === true || (oneTensor === 'either' && more % 2 === 0);
    const numOwn = alone || symmetric || pairwise ? numRows : numRows + more;
    const base: Partial<ContrastiveProblem> = {
      ...{ loss, oneTensor: alone, numRows, numCols: numOwn, embedDim, logitScale },
      gradients: gradients.filter((gradient) => !alone || gradient !== 'y'),
    };
    return Object.entries(options).reduce((problem, [name, value]) => {
      const numCols = name === 'extraCols' ? numOwn + Number(value) : problem.numCols;
      try {
        return contrastiveProblem({ ...problem, [name]: value, numCols });
      } catch (error) {
        if (error instanceof UnsupportedError) return problem;
        throw error;
      }
    }, contrastiveProblem(base));
  });

for (const { id, params: known } of usualVariants(contrastive)) {
  const small = knownParams(known, SMALL);
  test(`contrastive ${id} on any shape`, async () => {
    await fc.assert(
      fc.asyncProperty(contrastiveShapes, async (shape) => {
        const { deviation } = await trial(session(), bind(contrastive, shape, session().identity), {
          variant: id,
          // The default tiles take seconds to compile, anew for every width.
          params: shape.embedDim === 24 ? {} : small,
        });
        expect(deviation.ok, `relative L2 ${deviation.relL2}`).toBe(true);
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  test(`contrastive ${id} with any options`, async () => {
    await fc.assert(
      fc.asyncProperty(contrastiveOptions, async (problem) => {
        const bound = bind(contrastive, problem, session().identity);
        if (bound.variant(id, small).supported !== true) return;
        const { deviation } = await trial(session(), bound, { variant: id, params: small });
        expect(deviation.ok, `relative L2 ${deviation.relL2}`).toBe(true);
      }),
      { numRuns: 25, seed: 2 },
    );
  });
}
