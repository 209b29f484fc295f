/** Any options of attention together, at random, in each variant, with no numbers in hidden places: nothing may show them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { spoilHidden } from '../../src/operations/attention/spoil.ts';
import { smallTiles, trial, useSession } from '../support/gpu.ts';
import { TESTED } from '../support/operations.ts';
import { randomProblem } from '../support/random-problem.ts';

const session = useSession();

for (const operation of TESTED.filter(({ id }) => id === 'attention' || id === 'attention-backward')) {
  for (const { id: variant, needs } of operation.variants) {
    test(`${operation.id} ${variant} with any options`, async ({ skip }) => {
      const { identity } = session();
      const lacking = needs?.(identity) ?? true;
      if (lacking !== true) skip(lacking);
      // Matrix units mostly take f16, and not all options.
      const dtype = needs === undefined ? {} : { dtype: 'f16' };
      const property = fc.asyncProperty(fc.gen(), async (draw) => {
        // One headDim: each other one is compiled anew.
        const problem = randomProblem(operation, draw, identity, { headDim: 5, ...dtype });
        const params = smallTiles(problem, variant);
        if (needs !== undefined && problem.variant(variant, params).supported !== true) return;
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
