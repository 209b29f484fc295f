import type { MeasureContext } from './context.ts';
import { measureRoofs, type Roofs } from './roofs.ts';
import type { Peaks } from './report.ts';
import type { Steps } from './steps.ts';
import { confirmMatmul, matmulFormula, measureMatmul, type Yardstick } from './yardstick.ts';

/** The speed of a device: its roofs and its yardstick. */
export interface DeviceSpeed {
  readonly roofs: Roofs;
  readonly yardstick: Yardstick;
}

/** Progress steps that `measureSpeed` takes. */
export const SPEED_STEPS = 2;

/** Results by device. A device's speed does not change, and takes seconds to measure. */
const known = new WeakMap<GPUDevice, DeviceSpeed>();

/**
 * The device's speed. Where an earlier call has measured it, only its yardstick is measured again, and the better figure is
 * kept: if the machine was busy the first time, every kernel would look too good beside it.
 * @throws AbortError, DeviceLostError
 */
export async function speedOf(context: MeasureContext, steps: Steps): Promise<DeviceSpeed> {
  const before = known.get(context.session.device);
  if (before === undefined) return measureSpeed(context, steps);
  steps.skip(SPEED_STEPS);
  const speed = { ...before, yardstick: await confirmMatmul(context, before.yardstick) };
  known.set(context.session.device, speed);
  return speed;
}

/** Measures the device's speed now, and keeps it for `speedOf`. @throws AbortError, DeviceLostError */
export async function measureSpeed(context: MeasureContext, steps: Steps): Promise<DeviceSpeed> {
  const measured = new Date().toISOString();
  const roofs = await measureRoofs(context, steps.next('peaks'));
  const yardstick = await measureMatmul(context, steps.next('matmul'));
  const speed = { roofs: { ...roofs, measured }, yardstick: { ...yardstick, measured } };
  known.set(context.session.device, speed);
  return speed;
}

/** Measures the roofs once more, and keeps the higher ones. The promise rejects with AbortError or DeviceLostError. */
export const confirmRoofs =
  (context: MeasureContext) =>
  async (before: DeviceSpeed): Promise<DeviceSpeed> => {
    const { roofs, yardstick } = before;
    const again = await measureRoofs(context, () => undefined);
    const speed = {
      roofs: {
        ...roofs,
        fma: again.fma.gflops > roofs.fma.gflops ? again.fma : roofs.fma,
        copy: again.copy.gbPerS > roofs.copy.gbPerS ? again.copy : roofs.copy,
      },
      yardstick,
    };
    known.set(context.session.device, speed);
    return speed;
  };

/** The device's speed as `Lab.peaks` returns it. */
export const peaksOf = ({ roofs, yardstick }: DeviceSpeed): Peaks => ({
  ...roofs,
  matmul: { ...yardstick, formula: matmulFormula(yardstick) },
});
