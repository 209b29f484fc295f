import type { DeviceProfile } from '../core/device-profile.ts';
import { ShapeError, UnsupportedError } from '../core/errors.ts';
import type { ProbedInvocations } from '../core/probe.ts';
import { examinePlan } from '../gpu/interpreter/examine.ts';
import { requireOperation } from '../operations/index.ts';
import type { BoundEntry } from '../measure/gate.ts';
import type { Examined, KernelArgs } from './api.ts';
import { bindEntry } from './bind-case.ts';
import type { Kept } from './choose-params.ts';

/** Rows or tokens of the small problem: no tile of a usual size ends with it. */
const SMALL = 37;
const SEED = 1;

/** Runs a kernel in an interpreter, on its problem made small. @throws ShapeError, UnsupportedError, ShaderError */
export async function examineKernel(
  device: DeviceProfile,
  kernel: KernelArgs,
  kept: Kept,
  probed?: ProbedInvocations,
): Promise<Examined> {
  const { problem, variant } = smallEntry(device, kernel, kept);
  const { findings, probes, passes, stopped } = await examinePlan(variant.plan(), problem.inputs(SEED), {
    probed,
  });
  return {
    ...{ problem: problem.problem, findings, passes },
    ...(probes !== undefined && { probes }),
    ...(stopped !== undefined && { stopped }),
  };
}

/** The kernel with its options on a small problem; without them, where they only go with the problem's own extents. */
function smallEntry(device: DeviceProfile, kernel: KernelArgs, kept: Kept): BoundEntry {
  const { bench, example } = requireOperation(kernel.operation);
  const small = { ...bench.sized(SMALL), ...example };
  const entry = (problem: object) => bindEntry({ ...kernel, problem }, device, kept);
  try {
    const bound = entry({ ...kernel.problem, ...small });
    if (bound.variant.supported === true) return bound;
  } catch (error) {
    if (!(error instanceof ShapeError || error instanceof UnsupportedError)) throw error;
  }
  return entry(small);
}
