import { throwIfAborted } from '../core/errors.ts';
import { runOnce, type Session } from '../gpu/session.ts';
import type { DeviceTensor } from '../core/device-tensor.ts';
import type { BoundProblem } from '../core/bind.ts';
import type { Arrays, Inputs } from '../core/variant.ts';
import { planWork, workspaceBytes } from '../core/plan.ts';
import { probe } from '../measure/probe.ts';
import { REFERENCE_FLOPS, verified } from '../measure/stand-in.ts';
import type { CallOptions } from './api.ts';
import type { Run } from '../core/run.ts';
import { withEdits } from './bind-case.ts';
import { chooseParams, type Kept } from './choose-params.ts';

type RunOptions = CallOptions & {
  /** Whether an output stays on the device. */
  readonly keeps?: (name: string) => boolean;
};

/** Handles as inputs. */
const named = (kept: Readonly<Record<string, DeviceTensor>>): Inputs =>
  Object.fromEntries(Object.entries(kept).map(([argument, handle]) => [argument, { ...handle, argument }]));

/**
 * Runs one variant once: the chosen one, or else the operation's preferred one for this problem and device.
 * @throws ShaderError if code of the caller's own does not compile, or has a loop without an end
 */
export async function execute(
  session: Session,
  problem: BoundProblem,
  inputs: Inputs,
  { variant: id, params, sources = {}, check, signal, onProgress, keeps }: RunOptions,
  tuned: Kept,
): Promise<{ outputs: Arrays; kept: Readonly<Record<string, DeviceTensor>>; run: Run }> {
  throwIfAborted(signal);
  const chosenId = id ?? problem.preferred(params).id;
  const { variant, paramsFrom } = chooseParams(problem, chosenId, params, tuned);
  const plan = withEdits(variant, sources).plan();
  const tell = (stage: 'compile' | 'run' | 'check', fraction: number, of = variant.id) =>
    onProgress?.({ stage, fraction, message: `${problem.operation} · ${of}` });
  const onFraction = (fraction: number) => tell('run', fraction);
  await probe(session, plan, inputs, () => {
    onFraction(0);
    return { signal, onFraction };
  });
  const read = (data: Inputs) => session.tensors.readAll(data);
  tell('compile', 0);
  const { outputs, kept, elapsed, tiles } = await runOnce(session, plan, inputs, {
    signal,
    onFraction,
    keeps,
  });
  if (check === true) tell('check', 1, 'float64');
  const work = planWork(plan);
  const run: Run = {
    operation: problem.operation,
    variant: variant.id,
    params: variant.params,
    paramsFrom,
    workspaceBytes: workspaceBytes(plan),
    flops: problem.flops,
    ...(work === undefined ? {} : { work }),
    passes: plan.passes.map(({ label }) => label),
    ...(tiles && { tiles }),
    wallMs: elapsed.wallMs,
    ...(elapsed.gpuMs === undefined ? {} : { gpuMs: elapsed.gpuMs }),
    ...(check === true && {
      check: await verified(
        { session, signal },
        problem,
        await read(inputs),
        { ...outputs, ...(await read(named(kept))) },
        REFERENCE_FLOPS,
      ),
    }),
  };
  return { outputs, kept, run };
}
