import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import { bind } from '../../src/core/bind.ts';
import { trial, useSession } from '../support/gpu.ts';
import { usualVariants } from '../support/usual-variants.ts';

const session = useSession();

const count = (max: number) => fc.integer({ min: 1, max });

/** Head dimensions come from a short list, because each is compiled anew. */
const attentionShapes = fc
  .record({
    batch: count(2),
    numKVHeads: count(2),
    group: count(3),
    seqLenQ: count(90),
    seqLenKV: count(90),
    headDim: fc.constantFrom(3, 16, 40),
    causal: fc.constantFrom<AttentionProblem['causal']>(false, 'bottom-right', 'top-left'),
    softmaxScale: fc.constantFrom(0.01, 0.2, 3),
  })
  .map(({ group, ...shape }) => attentionProblem({ ...shape, numHeads: shape.numKVHeads * group }));

for (const { id } of usualVariants(attention)) {
  test(`attention ${id} on any shape`, async () => {
    await fc.assert(
      fc.asyncProperty(attentionShapes, async (shape) => {
        const { deviation } = await trial(session(), bind(attention, shape, session().identity), {
          variant: id,
        });
        expect(deviation.ok, `relative L2 ${deviation.relL2}`).toBe(true);
      }),
      { numRuns: 20, seed: 1 },
    );
  });
}
