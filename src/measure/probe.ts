import { ShaderError } from '../core/errors.ts';
import { hasLoop } from '../gpu/guard.ts';
import { Loaded, type Session } from '../gpu/session.ts';
import type { ExecuteOptions } from '../gpu/runner.ts';
import type { Arrays } from '../core/variant.ts';
import { guardedPlan, type Pass, type Plan } from '../core/plan.ts';

/** Somebody's own loops are in it. */
const isForeign = ({ sources, injected = {} }: Pass): boolean =>
  Object.keys(sources ?? {}).length > 0 || Object.values(injected).some(({ body }) => hasLoop(body));

/**
 * Runs somebody's own code once with its loops counted: one without an end would keep a GPU busy beyond all that a page
 * can do about it.
 * @throws ShaderError at a loop that was cut off; OutOfMemoryError, AbortError, DeviceLostError
 */
export async function probe(
  session: Session,
  plan: Plan,
  inputs: Arrays,
  /** Asked for once it is compiled. */
  options: () => ExecuteOptions,
): Promise<void> {
  if (!plan.passes.some(isForeign)) return;
  const loaded = await loadGuarded(session, plan, inputs);
  if (loaded === undefined) return;
  try {
    await session.guard(loaded.job.execute(options()));
  } finally {
    loaded.destroy();
  }
}

/** Nothing if it does not compile: without counted loops, it either tells its fault or runs. */
async function loadGuarded(session: Session, plan: Plan, inputs: Arrays): Promise<Loaded | undefined> {
  try {
    return await session.guard(Loaded.load(session, guardedPlan(plan), inputs));
  } catch (error) {
    if (error instanceof ShaderError) return undefined;
    throw error;
  }
}
