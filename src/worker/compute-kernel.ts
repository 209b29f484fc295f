import type { Ran } from '../core/operation.ts';
import type { Session } from '../gpu/session.ts';
import { SEED } from '../measure/inputs.ts';
import type { ComputeOptions, KernelArgs } from './api.ts';
import { bindEntry } from './bind-case.ts';
import type { Kept } from './choose-params.ts';
import { execute } from './execute.ts';

/** Runs a kernel once on its problem, with the seeded inputs that measuring has. @throws as `LabApi.compute` */
export async function computeKernel(
  session: Session,
  kernel: KernelArgs,
  options: ComputeOptions,
  kept: Kept,
): Promise<Ran> {
  const { problem } = bindEntry(kernel, session.identity, kept);
  const { variant, params, sources } = kernel;
  const given = { ...options, variant, ...(params && { params }), ...(sources && { sources }) };
  const { outputs, run } = await execute(session, problem, problem.inputs(SEED), given, kept);
  return { outputs, run };
}
