/** Any options of attention together, at random, in each variant. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smallTiles, trial, useSession } from '../support/gpu.ts';
import { TESTED } from '../support/operations.ts';
import { randomProblem } from '../support/random-problem.ts';

const session = useSession();

for (const operation of TESTED.filter(({ id }) => id === 'attention' || id === 'attention-backward')) {
  for (const { id: variant } of operation.variants) {
    test(`${operation.id} ${variant} with any options`, async () => {
      const property = fc.asyncProperty(fc.gen(), async (draw) => {
        // One headDim: each other one is compiled anew.
        const problem = randomProblem(operation, draw, session().identity, { headDim: 5 });
        const params = smallTiles(problem, variant);
        const { deviation } = await trial(session(), problem, { variant, params });
        expect(deviation.ok, `relative L2 ${deviation.relL2}`).toBe(true);
      });
      await fc.assert(property, { numRuns: 15, seed: 3 });
    });
  }
}
