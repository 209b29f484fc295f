import type { BoundProblem, BoundVariant } from '../core/bind.ts';
import type { Deviation } from '../core/deviation.ts';
import { sha256 } from '../core/digest.ts';
import {
  AbortError,
  DeviceLostError,
  messageOf,
  OutOfMemoryError,
  throwIfAborted,
  UnsupportedError,
} from '../core/errors.ts';
import { accumulators, executedFlops, planWork, workspaceBytes, type Plan } from '../core/plan.ts';
import { leastBytes, trafficBytes } from '../core/traffic.ts';
import type { Arrays } from '../core/variant.ts';
import { checkMemory } from '../gpu/buffers.ts';
import { Loaded } from '../gpu/session.ts';
import type { MeasureContext } from './context.ts';
import { heartbeat } from './heartbeat.ts';
import type { Progress } from './measure-plan.ts';
import { probe } from './probe.ts';
import type { Result } from './report.ts';
import type { Series } from './sampling.ts';
import { REFERENCE_FLOPS, verified } from './stand-in.ts';

/** A variant to measure, with what its result says about it. */
export interface BoundEntry {
  readonly variant: BoundVariant;
  /** The problem of the case, or the same problem with other modifiers. */
  readonly problem: BoundProblem;
  readonly about?: Pick<Result, 'label' | 'edited' | 'paramsFrom' | 'sweep'>;
  /** Its result of an earlier run, which stands for measuring. */
  readonly kept?: Result;
}

/** The name of an entry's result: its label, or its variant. */
export const nameOf = ({ about, variant }: BoundEntry): string => about?.label ?? variant.id;

/** The entry that the others of a case are compared with. */
export interface Baseline {
  readonly name: string;
  readonly problem: BoundProblem;
  /** Whether its result is kept from an earlier run. */
  readonly isKept: boolean;
}

/** A variant after the correctness check, before any timing. */
export interface Candidate {
  readonly entry: BoundEntry;
  readonly result: Result;
  /** The loaded kernel, if the result is `ok`. */
  readonly ready?: Ready;
  /** Its samples so far, once it is calibrated. */
  readonly series?: Series;
}

/** A loaded kernel, and the time of its first execution. */
export interface Ready {
  readonly loaded: Loaded;
  readonly warmMs: number;
}

/**
 * Whether right outputs of one problem are right for another, too: a modifier may hide what an option of the other hides.
 * Times of different functions are not compared. Without a float64 reference, only equal problems compute the same.
 */
function computesSame(problem: BoundProblem, other: BoundProblem, inputs: Arrays, outputs: Arrays): boolean {
  if (problem === other || JSON.stringify(problem.problem) === JSON.stringify(other.problem)) return true;
  try {
    return other.verify(inputs, outputs, REFERENCE_FLOPS).ok;
  } catch (error) {
    if (error instanceof UnsupportedError) return false;
    throw error;
  }
}

/** The correctness gate: runs a variant once and compares it with its reference. */
export async function check(
  { session, signal }: MeasureContext,
  entry: BoundEntry,
  { name: baseline, problem: standard }: Pick<Baseline, 'name' | 'problem'>,
  makeInputs: () => Arrays,
  tell: (stage: Progress['stage']) => void,
): Promise<Candidate> {
  const { problem, variant, about } = entry;
  const base: Result = {
    operation: problem.operation,
    variant: variant.id,
    ...about,
    baseline,
    problem: problem.problem,
    params: variant.params,
    status: 'ok',
    flops: problem.flops,
  };
  let result = base;
  let loaded: Loaded | undefined;
  try {
    const plan = variant.plan();
    const work = planWork(plan);
    const registers = accumulators(plan);
    result = {
      ...base,
      workspaceBytes: workspaceBytes(plan),
      executedFlops: executedFlops(plan),
      trafficBytes: trafficBytes(plan),
      leastBytes: leastBytes(plan),
      ...(work === undefined ? {} : { work }),
      ...(registers === undefined ? {} : { accumulators: registers }),
    };
    const editedHash = await hashOfEdits(plan);
    if (editedHash !== undefined) result = { ...result, editedHash };
    checkMemory(plan, session.device.limits);
    const inputs = makeInputs();
    tell('compile');
    const runs = () =>
      heartbeat(() => {
        tell('check');
      });
    await probe(session, plan, inputs, () => ({ signal, onFraction: runs() }));
    tell('compile');
    loaded = await session.guard(Loaded.load(session, plan, inputs));
    const { wallMs: warmMs } = await session.guard(loaded.job.execute({ signal, onFraction: runs() }));
    const outputs = await session.guard(loaded.outputs());
    const tiles = await session.guard(loaded.job.countTiles());
    if (tiles) result = { ...result, tiles };
    throwIfAborted(signal);
    const judged = await verified({ session, signal }, problem, inputs, outputs, REFERENCE_FLOPS);
    result = { ...result, ...asError(judged) };
    if (judged.ok) {
      const other = !computesSame(problem, standard, inputs, outputs);
      return {
        entry,
        result: other ? { ...result, computesOther: true } : result,
        ready: { loaded, warmMs },
      };
    }
    loaded.destroy();
    return { entry, result: { ...result, ...asWrong(judged) } };
  } catch (error) {
    loaded?.destroy();
    return { entry, result: { ...result, ...refusal(error) } };
  }
}

/** A hash of the edited sources; `undefined` if there are none. */
async function hashOfEdits({ passes }: Plan): Promise<string | undefined> {
  const texts = Object.entries(passes[0]?.sources ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return texts.length === 0 ? undefined : (await sha256(JSON.stringify(texts))).slice(0, 16);
}

/** The status of a variant that failed. Errors that concern the whole call are thrown again. */
export function refusal(error: unknown): Pick<Result, 'status' | 'reason' | 'memory'> {
  if (error instanceof AbortError || error instanceof DeviceLostError) throw error;
  if (error instanceof UnsupportedError) return { status: 'unsupported', reason: error.reason };
  if (error instanceof OutOfMemoryError) {
    const { buffer, bytesAsked, bytesLimit } = error;
    return { status: 'out-of-memory', reason: error.message, memory: { buffer, bytesAsked, bytesLimit } };
  }
  return { status: 'failed', reason: messageOf(error) };
}

/** A deviation as reports hold it. JSON has no NaN, so one that is NaN or infinite is left out. */
export const asError = ({
  maxAbs,
  relL2,
  bound,
  coverage,
  recall,
}: Deviation): Pick<Result, 'error' | 'recall'> => ({
  ...(Number.isFinite(maxAbs) && Number.isFinite(relL2) && { error: { maxAbs, relL2, bound, coverage } }),
  ...(recall !== undefined && { recall }),
});

/** The status of a result that misses its bound, with a map of where. */
export function asWrong(deviation: Deviation): Pick<Result, 'status' | 'reason' | 'errorMap'> {
  const { relL2, bound, map } = deviation;
  const reason =
    asError(deviation).error === undefined
      ? 'the output is NaN or infinite where the reference is not'
      : `relative L2 error ${relL2} exceeds ${bound}`;
  const where = map && { errorMap: { ...map, cells: map.cells.map((row) => [...row]) } };
  return { ...where, status: 'wrong', reason };
}
