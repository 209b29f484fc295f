/** Problems at random: what the options exclude of each other, and that every variant has a plan for the rest or a reason. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TESTED } from '../support/operations.ts';
import { knownParams } from '../support/params.ts';
import { randomProblem } from '../support/random-problem.ts';
import { deviceProfile } from '../support/device-profile.ts';

const device = deviceProfile(32768, 32, ['subgroups', 'shader-f16']);

for (const operation of TESTED) {
  const { quick } = operation.corners;
  test(operation.id, () => {
    const ran = new Set<string>();
    const property = fc.property(fc.gen(), (draw) => {
      const problem = randomProblem(operation, draw, device);
      for (const { id, params } of operation.variants) {
        const variant = problem.variant(id, knownParams(params, quick));
        if (variant.supported !== true) continue;
        ran.add(id);
        expect(variant.plan().passes.length).toBeGreaterThan(0);
      }
    });
    fc.assert(property, { numRuns: 60, seed: 1 });
    const [first = ''] = operation.variants.map(({ id }) => id);
    expect([...ran]).toContain(first);
  });
}
