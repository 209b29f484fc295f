import type { MeasureContext } from './context.ts';
import { measureRoofs, type Roofs } from './peaks.ts';
import type { Peaks } from './report.ts';
import type { Steps } from './steps.ts';
import { confirmMatmul, matmulFormula, measureMatmul, type Yardstick } from './yardstick.ts';

/** What a device does at its best. */
export interface Best {
  readonly roofs: Roofs;
  readonly yardstick: Yardstick;
}

/** Steps of progress that finding it takes. */
export const BEST_STEPS = 2;

/** By device: its best does not change while it lives, and takes seconds to find. */
const known = new WeakMap<GPUDevice, Best>();

/** As found on this device before, or else now; `measured` in both parts says when. @throws AbortError, DeviceLostError */
export async function bestOf(context: MeasureContext, steps: Steps): Promise<Best> {
  const before = known.get(context.session.device);
  if (before === undefined) return findBest(context, steps);
  steps.skip(BEST_STEPS);
  return before;
}

/** Finds it anew, for later calls of `bestOf` too. @throws AbortError, DeviceLostError */
export async function findBest(context: MeasureContext, steps: Steps): Promise<Best> {
  const measured = new Date().toISOString();
  const roofs = await measureRoofs(context, steps.next('peaks'));
  const yardstick = await measureMatmul(context, steps.next('matmul'));
  const best = { roofs: { ...roofs, measured }, yardstick: { ...yardstick, measured } };
  known.set(context.session.device, best);
  return best;
}

/**
 * Its matmul once more, after other work: a machine that was busy before would make the yardstick too short.
 * @throws AbortError, DeviceLostError
 */
export async function confirmBest(context: MeasureContext, { roofs, yardstick }: Best): Promise<Best> {
  const best = { roofs, yardstick: await confirmMatmul(context, yardstick) };
  known.set(context.session.device, best);
  return best;
}

/** What `Lab.peaks` answers. */
export const peaksOf = ({ roofs, yardstick }: Best): Peaks => ({
  ...roofs,
  matmul: { ...yardstick, formula: matmulFormula(yardstick) },
});
