import type { MeasureContext } from './context.ts';
import { measureRoofs, type Roofs } from './peaks.ts';
import type { Peaks } from './report.ts';
import type { Steps } from './steps.ts';
import { confirmMatmul, matmulFormula, measureMatmul, type Yardstick } from './yardstick.ts';

/** The best that a device can do: its roofs, and its yardstick. */
export interface Best {
  readonly roofs: Roofs;
  readonly yardstick: Yardstick;
}

/** Progress steps that `findBest` takes. */
export const BEST_STEPS = 2;

/** Results by device. A device's best does not change, and takes seconds to find. */
const known = new WeakMap<GPUDevice, Best>();

/**
 * The device's best, from an earlier call if there was one; `measured` says when.
 * @throws AbortError, DeviceLostError
 */
export async function bestOf(context: MeasureContext, steps: Steps): Promise<Best> {
  const before = known.get(context.session.device);
  if (before === undefined) return findBest(context, steps);
  steps.skip(BEST_STEPS);
  return before;
}

/** Measures the device's best now, and keeps it for `bestOf`. @throws AbortError, DeviceLostError */
export async function findBest(context: MeasureContext, steps: Steps): Promise<Best> {
  const measured = new Date().toISOString();
  const roofs = await measureRoofs(context, steps.next('peaks'));
  const yardstick = await measureMatmul(context, steps.next('matmul'));
  const best = { roofs: { ...roofs, measured }, yardstick: { ...yardstick, measured } };
  known.set(context.session.device, best);
  return best;
}

/**
 * Measures the yardstick once more, after other work, and keeps the better figure. If the machine was busy the first
 * time, every kernel would look too good beside it.
 * @throws AbortError, DeviceLostError
 */
export async function confirmBest(context: MeasureContext, before: Best): Promise<Best> {
  const { roofs, yardstick } = known.get(context.session.device) ?? before;
  const best = { roofs, yardstick: await confirmMatmul(context, yardstick) };
  known.set(context.session.device, best);
  return best;
}

/** Measures the roofs once more, and keeps the higher ones. @throws AbortError, DeviceLostError */
export async function confirmRoofs(context: MeasureContext, { roofs, yardstick }: Best): Promise<Best> {
  const again = await measureRoofs(context, () => undefined);
  const best = {
    roofs: {
      ...roofs,
      fma: again.fma.gflops > roofs.fma.gflops ? again.fma : roofs.fma,
      copy: again.copy.gbPerS > roofs.copy.gbPerS ? again.copy : roofs.copy,
    },
    yardstick,
  };
  known.set(context.session.device, best);
  return best;
}

/** The device's best as `Lab.peaks` returns it. */
export const peaksOf = ({ roofs, yardstick }: Best): Peaks => ({
  ...roofs,
  matmul: { ...yardstick, formula: matmulFormula(yardstick) },
});
