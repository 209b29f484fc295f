import { throwIfAborted } from '../core/errors.ts';
import { runOnce, type Session } from '../gpu/session.ts';
import type { BoundProblem } from '../core/bind.ts';
import type { Arrays } from '../core/variant.ts';
import { planWork, workspaceBytes } from '../core/plan.ts';
import { REFERENCE_FLOPS } from '../measure/measure.ts';
import { probe } from '../measure/probe.ts';
import { verified } from '../measure/stand-in.ts';
import type { CallOptions } from './api.ts';
import type { Run } from '../core/run.ts';
import { withEdits } from './bind-case.ts';
import { chooseParams, type Kept } from './choose-params.ts';

/**
 * Runs one variant once: the chosen one, or else the one that suits problem and device best.
 * @throws ShaderError if code of the caller's own does not compile, or has a loop without an end
 */
export async function execute(
  session: Session,
  problem: BoundProblem,
  inputs: Arrays,
  { variant: id, params, sources = {}, check, signal, onProgress }: CallOptions,
  kept: Kept,
): Promise<{ outputs: Arrays; run: Run }> {
  throwIfAborted(signal);
  const chosenId = id ?? problem.preferred(params).id;
  const { variant, paramsFrom } = chooseParams(problem, chosenId, params, kept);
  const plan = withEdits(variant, sources).plan();
  const tell = (stage: 'compile' | 'run' | 'check', fraction: number, of = variant.id) =>
    onProgress?.({ stage, fraction, message: `${problem.operation} · ${of}` });
  const onFraction = (fraction: number) => tell('run', fraction);
  await probe(session, plan, inputs, () => {
    onFraction(0);
    return { signal, onFraction };
  });
  tell('compile', 0);
  const { outputs, elapsed, tiles } = await runOnce(session, plan, inputs, { signal, onFraction });
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
      check: await verified({ session, signal }, problem, inputs, outputs, REFERENCE_FLOPS),
    }),
  };
  return { outputs, run };
}
