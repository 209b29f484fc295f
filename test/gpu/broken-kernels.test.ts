/** Checks that the checks can fail: each mistake must show at the corner where `operations.test.ts` would meet it. */
import { expect, test } from 'vitest';
import { Runner } from '../../src/gpu/runner.ts';
import { runOnce } from '../../src/gpu/session.ts';
import { SHADER_SOURCES } from '../../src/gpu/sources.ts';
import { ATTENTION } from '../support/mistakes/attention.ts';
import { CACHE } from '../support/mistakes/cache.ts';
import { KEYS } from '../support/mistakes/keys.ts';
import { LOSSES } from '../support/mistakes/losses.ts';
import { MATRIX_UNITS } from '../support/mistakes/matrix-units.ts';
import { RETRIEVAL } from '../support/mistakes/retrieval.ts';
import { TESTED } from '../support/operations.ts';
import { atCorner, trialsOf } from '../support/trials.ts';
import { useSession } from '../support/gpu.ts';

const session = useSession();

const MISTAKES = [...ATTENTION, ...KEYS, ...CACHE, ...LOSSES, ...RETRIEVAL, ...MATRIX_UNITS];

for (const { name, file, from, to, operation, corner, variant } of MISTAKES) {
  test(`${operation} ${variant}: ${name} is noticed`, async ({ skip }) => {
    const text = SHADER_SOURCES[file] ?? '';
    expect(text).toContain(from);
    const runner = new Runner(session().device, { ...SHADER_SOURCES, [file]: text.replace(from, to) });
    const trials = trialsAt(operation, variant, corner);
    expect(trials).not.toHaveLength(0);
    let [ran, noticed] = [false, false];
    for (const { problem, inputs, params } of trials) {
      const { supported, ...bound } = problem.variant(variant, params);
      if (supported !== true || noticed) continue;
      const { outputs } = await session().guard(runOnce({ ...session(), runner }, bound.plan(), inputs, {}));
      ran = true;
      noticed = !problem.verify(inputs, outputs, Infinity).ok;
    }
    runner.destroy();
    if (!ran) skip('nothing at this corner runs here');
    expect(noticed).toBe(true);
  });
}

/** What `operations.test.ts` runs of a variant at a corner. */
function trialsAt(id: string, variantId: string, name: string) {
  const operation = TESTED.find((tested) => tested.id === id);
  const variant = operation?.variants.find((tested) => tested.id === variantId);
  const corner = operation?.corners.corners[name];
  if (operation === undefined || variant === undefined || corner === undefined) return [];
  return trialsOf(operation, variant)
    .filter((trial) => trial.corner === corner)
    .map(({ params }) => ({ params, ...atCorner(operation, corner, session().identity) }));
}
