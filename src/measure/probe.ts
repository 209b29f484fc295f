import { ShaderError } from '../errors.ts';
import { hasLoop, MOST_TURNS } from '../gpu/guard.ts';
import { Loaded } from '../gpu/session.ts';
import { guardedPlan, type Pass, type Plan } from '../kernels/plan.ts';
import type { Arrays } from '../kernels/operation.ts';
import type { MeasureContext } from './measure.ts';

/** Somebody's own loops are in it. */
const isForeign = ({ sources, injected = {} }: Pass): boolean =>
  sources !== undefined || Object.values(injected).some(({ body }) => hasLoop(body));

/**
 * Runs somebody's own code once with its loops counted: one without an end would keep a GPU busy beyond all that a page
 * can do about it.
 * @returns what is wrong, in words; nothing where all loops ended, or where the code leaves no room for counting
 * @throws OutOfMemoryError, AbortError, DeviceLostError
 */
export async function probe(
  { session, signal }: MeasureContext,
  plan: Plan,
  inputs: Arrays,
  /** Called when it runs; what it gives, between submissions. */
  runs: () => () => void,
): Promise<string | undefined> {
  const room = session.identity.limits.maxStorageBuffersPerShaderStage;
  if (!plan.passes.some(isForeign) || plan.passes.some(({ bindings }) => bindings.length >= room))
    return undefined;
  let loaded: Loaded | undefined;
  try {
    loaded = await session.guard(Loaded.load(session, guardedPlan(plan), inputs));
    await session.guard(loaded.job.execute({ signal, onFraction: runs() }));
    const isEndless = await session.guard(loaded.job.wasCutOff());
    return isEndless ? `a loop was cut off after ${MOST_TURNS.toLocaleString('en')} turns` : undefined;
  } catch (error) {
    if (error instanceof ShaderError) return undefined;
    throw error;
  } finally {
    loaded?.destroy();
  }
}
