/** Exact zeros where there is nothing to see: float64 allows a little more than nothing beside larger numbers. */
import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { attentionBackward } from '../../src/operations/attention-backward/operation.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { smallTiles, trial, useSession } from '../support/gpu.ts';
import { usualVariants } from '../support/usual-variants.ts';

const session = useSession();

for (const operation of [attention, attentionBackward]) {
  for (const { id } of usualVariants(operation)) {
    describe(`${operation.id} ${id}: a row that sees no key`, () => {
      test('by the causal diagonal', async () => {
        const problem = bind(
          operation,
          attentionProblem({ seqLenQ: 5, seqLenKV: 2, headDim: 4, causal: 'bottom-right' }),
          session().identity,
        );
        const params = smallTiles(problem, id);
        const { outputs } = await trial(session(), problem, { variant: id, params });
        const line = outputs['output'] ?? outputs['queryGrad'];
        expect(line?.slice(0, 12)).toEqual(new Float32Array(12));
        if (outputs['lse'])
          expect([...outputs['lse'].slice(0, 3)]).toEqual([-Infinity, -Infinity, -Infinity]);
      });

      test('by a bias of −∞', async () => {
        const shape = { numHeads: 2, seqLenQ: 40, seqLenKV: 70, headDim: 16, biasShape: [40, 70] } as const;
        const problem = bind(operation, attentionProblem(shape), session().identity);
        const bias = Float32Array.from({ length: 40 * 70 }, (_, at) =>
          Math.floor(at / 70) === 3 ? -Infinity : 0,
        );
        const inputs = { ...problem.inputs(7), bias };
        const params = smallTiles(problem, id);
        const { outputs } = await trial(session(), problem, { variant: id, params, inputs });
        const line = outputs['output'] ?? outputs['queryGrad'];
        expect(line?.slice(3 * 16, 4 * 16)).toEqual(new Float32Array(16));
      });
    });
  }
}
