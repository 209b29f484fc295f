/**
 * The cases of `bench all --quick` on a CPU, which is the first thing that somebody runs, at the tiles that a variant
 * takes of itself: the other tests take tiny ones, which compile where the usual ones may not.
 */
import { describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/operations/index.ts';
import { trial, useSession } from '../support/gpu.ts';

const session = useSession();

describe.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('%s', (_, operation) => {
  const cases = operation.bench.cases({ device: 'cpu', quick: true });
  test.each(cases.map(({ problem }, at) => [`case ${at + 1} of ${cases.length}`, problem] as const))(
    '%s: every variant is right at its usual parameters',
    async (_, partial) => {
      const problem = operation.bind(partial, session().identity);
      const inputs = problem.inputs(7);
      for (const variant of problem.variantIds) {
        if (problem.variant(variant).supported !== true) continue;
        const { deviation } = await trial(session(), problem, { variant, inputs });
        expect(deviation, variant).toMatchObject({ ok: true });
      }
    },
  );
});
