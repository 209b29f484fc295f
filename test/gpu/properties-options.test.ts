/** Any options of attention together, at random, in each variant, with no numbers in hidden places: nothing may show them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { spoilHidden } from '../../src/operations/attention/spoil.ts';
import { smallTiles, trial, useSession } from '../support/gpu.ts';
import { TESTED } from '../support/operations.ts';
import { randomProblem } from '../support/random-problem.ts';
import { usualVariants } from '../support/usual-variants.ts';

const session = useSession();

for (const operation of TESTED.filter(({ id }) => id === 'attention' || id === 'attention-backward')) {
  for (const { id: variant } of usualVariants(operation)) {
    test(`${operation.id} ${variant} with any options`, async () => {
      const property = fc.asyncProperty(fc.gen(), async (draw) => {
        // One headDim: each other one is compiled anew.
        const problem = randomProblem(operation, draw, session().identity, { headDim: 5 });
        const params = smallTiles(problem, variant);
        const seeded = problem.inputs(7);
        const filled = attentionProblem(problem.problem);
        const inputs = { ...seeded, ...spoilHidden(filled, seeded) };
        const { deviation } = await trial(session(), problem, { variant, params, inputs });
        expect(deviation.ok, `relative L2 ${deviation.relL2}`).toBe(true);
      });
      await fc.assert(property, { numRuns: 10, seed: 3 });
    });
  }
}
