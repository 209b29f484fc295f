import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import { CORNERS, smallVariants } from '../../src/operations/contrastive/corners.ts';
import { trial, useSession } from '../support/gpu.ts';

const session = useSession();

for (const { id, params } of smallVariants) {
  describe(`contrastive ${id}`, () => {
    for (const [name, partial] of Object.entries(CORNERS)) {
      test(name, async () => {
        const problem = bind(contrastive, contrastiveProblem(partial), session().identity);
        const { supported } = problem.variant(id, params);
        const { gradients } = problem.problem;
        const both = Array.isArray(gradients) && gradients.includes('x') && gradients.includes('y');
        expect(supported === true).toBe(id !== 'panelled' || both);
        if (supported !== true) return;
        const { deviation } = await trial(session(), problem, { variant: id, params });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
  });
}
