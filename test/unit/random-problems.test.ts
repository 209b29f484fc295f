/** Problems at random: what the options exclude of each other, and that every variant has a plan for the rest or a reason. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BoundProblem } from '../../src/core/bind.ts';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import { TESTED, type TestedOperation } from '../support/operations.ts';
import { knownParams } from '../support/params.ts';
import { deviceProfile } from '../support/device-profile.ts';

const device = deviceProfile(32768, 32, ['subgroups', 'shader-f16']);

/** Some parts of a problem, joined as long as they go together. */
function joined(operation: TestedOperation, parts: readonly object[]): BoundProblem {
  const [extents = {}, ...options] = parts;
  let whole = extents;
  let bound = operation.bind(whole, device);
  for (const option of options) {
    const more = { ...whole, ...option };
    try {
      bound = operation.bind(more, device);
      whole = more;
    } catch (error) {
      if (!(error instanceof UnsupportedError || error instanceof ShapeError)) throw error;
    }
  }
  return bound;
}

for (const operation of TESTED) {
  const { quick, random } = operation.corners;
  test(operation.id, () => {
    const ran = new Set<string>();
    const property = fc.property(fc.gen(), (draw) => {
      const parts = random({
        int: (min, max) => draw(fc.integer, { min, max }),
        oneOf: (...choices) => draw(() => fc.constantFrom(...choices)),
      });
      const problem = joined(operation, parts);
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
