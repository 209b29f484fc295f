import { Loaded, type Session } from '../gpu/session.ts';
import type { Arrays } from '../core/variant.ts';
import type { Plan } from '../core/plan.ts';
import { calibrate, sample, trusted } from './sampling.ts';
import { estimate } from './statistics.ts';

/** An execution of this length is long enough for its time to differ from the cost of starting it. */
export const LONG_ENOUGH_MS = 5;

const SAMPLES = 3;

/**
 * Times one execution in ms: the median, and the shortest, which roofs are made of. Returns the outputs, too.
 * @throws as `Loaded.load` and `Job.execute` do
 */
export async function timePlan(
  { session, signal }: { readonly session: Session; readonly signal?: AbortSignal | undefined },
  plan: Plan,
  inputs: Arrays,
): Promise<{ medianMs: number; leastMs: number; outputs: Arrays }> {
  const loaded = await session.guard(Loaded.load(session, plan, inputs));
  try {
    const { wallMs } = await session.guard(loaded.job.execute({ signal }));
    const series = await session.guard(calibrate(loaded.job, wallMs, { signal }));
    for (let i = 0; i < SAMPLES; i++) await session.guard(sample(series, { signal }));
    const { ms } = trusted(series);
    const outputs = await session.guard(loaded.outputs());
    return { medianMs: estimate(ms).median, leastMs: Math.min(...ms), outputs };
  } finally {
    loaded.destroy();
  }
}
