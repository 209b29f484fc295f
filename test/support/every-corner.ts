import { describe, expect, test } from 'vitest';
import { sameBits, trial, twice, useSession } from './gpu.ts';
import type { TestedOperation } from './operations.ts';
import { atCorner, trialsOf } from './trials.ts';

/** One f32 rounding of a value of 1: where naive happens to be exact, a neighbour of the right number will do. */
const ROUNDING = 2 ** -23;

/** Tests every variant of the operations at every corner against float64, and twice for the same bits. */
export function testEveryCorner(operations: readonly TestedOperation[]): void {
  const session = useSession();
  for (const operation of operations) {
    for (const variant of operation.variants) {
      describe(`${operation.id} ${variant.id}`, () => {
        for (const { name, corner, params } of trialsOf(operation, variant)) {
          test(name, async ({ skip }) => {
            const tried = { variant: variant.id, params };
            const { problem, inputs } = atCorner(operation, corner, session().identity, tried);
            const { supported, ...bound } = problem.variant(variant.id, params);
            if (supported !== true) skip(supported);
            const { first, second } = await twice(session(), bound.plan(), inputs);
            const deviation = problem.verify(inputs, first, Infinity);
            expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
            expect(sameBits(first, second), 'a second run gives the same bits').toBe(true);
            if (corner.closeToNaive !== true) return;
            const [naive = ''] = problem.variantIds;
            const { maxAbs } = (await trial(session(), problem, { variant: naive, inputs })).deviation;
            expect(deviation.maxAbs, `naive ${maxAbs}`).toBeLessThanOrEqual(2 * maxAbs + ROUNDING);
          });
        }
      });
    }
  }
}
