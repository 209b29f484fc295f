import type { Ran } from '../core/operation.ts';
import type { Session } from '../gpu/session.ts';
import { requireOperation, type OperationId } from '../operations/index.ts';
import type { CallOptions } from './api.ts';
import type { Kept } from './choose-params.ts';
import { execute } from './execute.ts';
import { KeptOutputs, uploaded } from './kept-result.ts';

/** Runs a call of an operation, with tensors of the host or the device. @throws as `LabApi.call` */
export async function runCall(
  session: Session,
  id: OperationId,
  args: unknown,
  options: CallOptions,
  tuned: Kept,
): Promise<object> {
  const operation = requireOperation(id);
  const { tensors, identity } = session;
  const onHost = operation.needsValues?.(args) === true;
  const keep = options.keep === true;
  // All parts are checked before any runs.
  const call = operation.call(onHost ? await tensors.withValues(args) : args);
  const kept = new KeptOutputs(tensors);
  const ran: Ran[] = [];
  for (const { problem, inputs, settle, readBack = [] } of call.parts) {
    const bound = operation.bind({ ...problem, ...(await settle?.(tensors)) }, identity);
    const keeps = (name: string) => keep && !onHost && !readBack.includes(name);
    const done = await execute(session, bound, inputs, { ...options, keeps }, tuned);
    ran.push({ run: done.run, outputs: { ...done.outputs, ...kept.standIns(done.kept) } });
  }
  const finished = kept.into(call.result(ran));
  return keep && onHost ? uploaded(finished, tensors) : finished;
}
