import type { LabClient } from '../../worker/api.ts';
import type { CallOptions } from '../lab/call-controller.ts';
import { oddValues, runOwn, type OwnCall, type OwnResult } from './call.ts';
import type { OwnKernel } from './kernels.ts';

/** The outcome of a run on own data. */
export interface OwnOutcome {
  readonly result: OwnResult;
  /** How many values of the inputs are NaN or infinite. */
  readonly odd: number;
}

/** Reads own data, runs a kernel on it and checks the result. */
export async function ownRun(
  lab: LabClient,
  read: () => Promise<OwnCall>,
  kernel: OwnKernel,
  options: CallOptions,
): Promise<OwnOutcome> {
  const call = await read();
  const result = await runOwn(lab, call, kernel, { check: true, ...options });
  return { result, odd: oddValues(call) };
}
