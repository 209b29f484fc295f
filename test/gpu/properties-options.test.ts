import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { attentionBackward } from '../../src/operations/attention-backward/operation.ts';
import { attentionBackwardProblem } from '../../src/operations/attention-backward/problem.ts';
import { bind, type BoundProblem } from '../../src/core/bind.ts';
import { attentionOptions } from '../support/attention-options.ts';
import { smallTiles, trial, useSession } from '../support/gpu.ts';

const session = useSession();

const expectRight = async (problem: BoundProblem, variant: string) => {
  const { deviation } = await trial(session(), problem, { variant, params: smallTiles(problem, variant) });
  expect(deviation.ok, `relative L2 ${deviation.relL2}`).toBe(true);
};

for (const { id } of attention.variants) {
  test(`attention ${id} with any options`, async () => {
    await fc.assert(
      fc.asyncProperty(attentionOptions, (options) =>
        expectRight(bind(attention, attentionProblem(options), session().identity), id),
      ),
      { numRuns: 15, seed: 3 },
    );
  });
}

for (const { id } of attentionBackward.variants) {
  test(`attention backward ${id} with any options`, async () => {
    await fc.assert(
      fc.asyncProperty(attentionOptions, fc.boolean(), (options, lseGrad) =>
        expectRight(
          bind(attentionBackward, attentionBackwardProblem({ ...options, lseGrad }), session().identity),
          id,
        ),
      ),
      { numRuns: 15, seed: 4 },
    );
  });
}
