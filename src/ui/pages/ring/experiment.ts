import type { Ran } from '../../../core/operation.ts';
import { UnsupportedError } from '../../../core/errors.ts';
import { outputDifference } from '../../../measure/output-difference.ts';
import type { LabClient } from '../../../worker/api.ts';
import { RING_VARIANTS } from '../../../ring/theory.ts';
import { openRing } from '../../../worker/ring-client.ts';
import type { CallOptions } from '../../lab/call-controller.ts';
import type { RingOutcome, RingPlan } from './settings.ts';

/** Opens a ring, runs a problem on it and on one device, twice each, since the first runs compile, and closes it. */
export async function runExperiment(
  lab: LabClient,
  plan: RingPlan,
  options: CallOptions,
): Promise<RingOutcome> {
  const { operation, problem, schedule, ranks } = plan;
  const variant = RING_VARIANTS[operation];
  const alone = () => lab.compute({ operation, problem, variant }, options);
  const one = await alone().then(alone).catch(reasonOf);
  const ring = await openRing({ ranks });
  try {
    const together = () => ring.compute({ operation, problem }, { ...options, schedule });
    const { outputs, run } = await together().then(together);
    return {
      plan,
      ranksRun: run.ranks ?? [],
      ringMs: run.wallMs,
      alone:
        typeof one === 'string'
          ? { cannot: one }
          : { run: one.run, deviation: outputDifference(outputs, one.outputs) },
    };
  } finally {
    ring.close();
  }
}

/** One device computes in f16 where a ring computes in f32, and not every device can. */
function reasonOf(error: unknown): Ran | string {
  if (error instanceof UnsupportedError) return error.message;
  throw error;
}
