import { ShaderError } from '../core/errors.ts';
import { hasLoop } from '../gpu/guard.ts';
import { Loaded, type Session } from '../gpu/session.ts';
import type { ExecuteOptions } from '../gpu/runner.ts';
import type { Inputs } from '../core/variant.ts';
import { guardedPlan, type Pass, type Plan } from '../core/plan.ts';

/** Whether a pass contains loops that are not ours: edited sources, or a modifier with a loop. */
const isForeign = ({ sources, injected = {} }: Pass): boolean =>
  Object.keys(sources ?? {}).length > 0 || Object.values(injected).some(({ body }) => hasLoop(body));

/**
 * Runs code of the user once with its loops counted. A loop that never ends would keep the GPU busy, and a page could
 * not stop it.
 * @throws ShaderError at a loop that was cut off; OutOfMemoryError, AbortError, DeviceLostError
 */
export async function probe(
  session: Session,
  plan: Plan,
  inputs: Inputs,
  /** Called after compiling, just before the run. */
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

/**
 * The guarded kernel; `undefined` if it does not compile. Compiling it without the guard will then report the fault.
 */
async function loadGuarded(session: Session, plan: Plan, inputs: Inputs): Promise<Loaded | undefined> {
  try {
    return await session.guard(Loaded.load(session, guardedPlan(plan), inputs));
  } catch (error) {
    if (error instanceof ShaderError) return undefined;
    throw error;
  }
}
