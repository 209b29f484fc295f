import { bind } from '../core/bind.ts';
import { requireTyped } from '../core/checks.ts';
import { throwIfAborted } from '../core/errors.ts';
import { workspaceBytes, type Plan } from '../core/plan.ts';
import { coverage, sampleRows } from '../core/sample.ts';
import type { Arrays } from '../core/variant.ts';
import { Loaded, type Session } from '../gpu/session.ts';
import { estimate } from '../measure/statistics.ts';
import { timeAppend } from '../operations/kv-cache/append.ts';
import type { CacheData } from '../operations/kv-cache/data.ts';
import {
  bytesPerToken,
  chosenKeys,
  decodeCache,
  encodeCache,
  keptTokens,
  wholePart,
  type DecodedPart,
} from '../operations/kv-cache/encode.ts';
import { cacheProblem } from '../operations/kv-cache/fill-problem.ts';
import { cacheLoss } from '../operations/kv-cache/loss.ts';
import { overTokens } from '../operations/kv-cache/over-tokens.ts';
import { exact as exactMethod } from '../operations/kv-cache/methods/exact.ts';
import { methodOf } from '../operations/kv-cache/methods/index.ts';
import { KERNEL_BOUND, kvCache } from '../operations/kv-cache/operation.ts';
import { keptPositions } from '../operations/kv-cache/key-list.ts';
import { groupsOf, type CacheProblem } from '../operations/kv-cache/problem.ts';
import { attendRow, rowCount, rowFlops, type AttendedRow } from '../operations/kv-cache/reference.ts';
import {
  readStudy,
  type CacheStudy,
  type CacheStudyArgs,
  type CacheStudyRow,
} from '../operations/kv-cache/study.ts';
import { split } from '../operations/kv-cache/variants.ts';
import type { CallOptions } from './api.ts';

/** Operations of the kernel for each method: a second on a CPU. More queries than that are left out, the first ones. */
const KERNEL_FLOPS = 1e9;
/** Operations of float64 for each method: a quarter of a second. More rows than that are sampled. */
const REFERENCE_FLOPS = 2e8;
/** Executions that are timed as one, in ms. */
const SPAN_MS = 10;
const ROUNDS = 7;
/** How long appending is timed for each method, at least, in ms. */
const APPEND_MS = 4;

type StudyOptions = Pick<CallOptions, 'signal' | 'onProgress'>;

/**
 * Encodes one cache by each method, and says what that takes, what it loses and how fast it is read. The exact cache is what all are held
 * against, whether or not it is one of the methods.
 * @throws ShapeError naming the argument, UnsupportedError, AbortError
 */
export async function runCacheStudy(
  session: Session,
  args: CacheStudyArgs,
  { signal, onProgress }: StudyOptions,
): Promise<CacheStudy> {
  const start = performance.now();
  const { data: given, methods } = readStudy(args);
  const [first] = methods;
  if (first === undefined) throw new RangeError('a study has a method');
  const { problem: shape, data } = lastQueries(first.problem, given);
  const rows = studiedRows(shape);
  const exact = attended(shape, data, [exactPart(shape, data)], rows);
  const exactShape = exactProblem(first.problem);
  const steps: DecodeStep[] = [];
  const studied: CacheStudyRow[] = [];
  try {
    steps.push(
      await DecodeStep.load(
        session,
        { ...exactShape, seqLenQ: shape.seqLenQ },
        data,
        encodeCache(exactShape, given),
      ),
    );
    for (const [at, { label, problem: whole }] of methods.entries()) {
      throwIfAborted(signal);
      onProgress?.({ stage: 'check', fraction: at / (methods.length + 1), message: `cache · ${label}` });
      const encodeStart = performance.now();
      const list = chosenKeys(whole, given);
      const cache = encodeCache(whole, given, list);
      const encodeMs = performance.now() - encodeStart;
      const problem = { ...whole, seqLenQ: shape.seqLenQ };
      const parts = decodeCache(problem, cache);
      const coded = attended(problem, data, parts, rows);
      const ran = await runKernel(session, problem, { query: data.query, ...cache }, signal);
      const step = await DecodeStep.load(session, problem, data, cache);
      steps.push(step);
      const outputs = await step.outputs(signal);
      const width = problem.headDimV;
      const kernelRelL2 = Math.max(
        relL2(rows.map((row, index) => [slice(ran.output, row, width), coded[index]])),
        relL2(lastRows(problem, rows).map(([head, index]) => [slice(outputs, head, width), coded[index]])),
      );
      studied.push({
        id: whole.method,
        label,
        params: whole.params,
        hasOtherFormats: whole.keyFormat !== undefined || whole.valueFormat !== undefined,
        bytesPerToken: bytesPerToken(whole),
        keptTokens: keptTokens(whole, cache),
        ...(args.positions === true &&
          isSelection(whole) &&
          list && { positions: keptPositions(list, groupsOf(whole)) }),
        ...cacheLoss(
          exact,
          coded.map((one, index) => overTokens(problem, list, rows[index] ?? NaN, one)),
        ),
        kernelRelL2,
        ms: null,
        timeOverExact: null,
        encodeMs,
        appendMs: timeAppend(whole, given, cache, APPEND_MS),
        workspaceBytes: ran.workspaceBytes,
      });
    }
    onProgress?.({
      stage: 'measure',
      fraction: methods.length / (methods.length + 1),
      message: 'cache · times',
    });
    const [exactTime, ...times] = await timed(session, steps, signal);
    if (exactTime === undefined) throw new RangeError('the exact cache is the first step');
    return {
      rows: studied.map((row, at) => {
        const time = row.kernelRelL2 <= KERNEL_BOUND ? times[at] : undefined;
        return time === undefined ? row : { ...row, ms: time.ms, timeOverExact: time.overFirst };
      }),
      run: {
        operation: 'kv-cache',
        variant: split.id,
        queries: shape.seqLenQ,
        coverage: coverage(rows.length, rowCount(shape)),
        exact: { bytesPerToken: bytesPerToken(exactShape), ms: exactTime.ms },
        wallMs: performance.now() - start,
      },
    };
  } finally {
    for (const step of steps) step.destroy();
  }
}

const isSelection = ({ method }: CacheProblem): boolean => methodOf(method).kind === 'selection';

/** The problem with the exact cache. */
function exactProblem({ keyFormat: _, valueFormat: __, ...problem }: CacheProblem): CacheProblem {
  return cacheProblem({ ...problem, method: exactMethod.id, params: {} });
}

/** The problem with as many of its last queries as are worth running. */
function lastQueries(problem: CacheProblem, data: CacheData): { problem: CacheProblem; data: CacheData } {
  const { batch, numHeads, seqLenQ } = problem;
  const perToken = batch * numHeads * rowFlops(problem);
  const kept = Math.min(seqLenQ, Math.max(1, Math.floor(KERNEL_FLOPS / perToken)));
  return {
    problem: { ...problem, seqLenQ: kept },
    data: { ...data, query: lastTokens(problem, data.query, kept) },
  };
}

function lastTokens(
  { batch, numHeads, seqLenQ, headDim }: CacheProblem,
  query: Float32Array,
  count: number,
): Float32Array {
  const kept = new Float32Array(batch * numHeads * count * headDim);
  for (let head = 0; head < batch * numHeads; head++) {
    const end = (head + 1) * seqLenQ * headDim;
    kept.set(query.subarray(end - count * headDim, end), head * count * headDim);
  }
  return kept;
}

/** Rows to compare in float64, ascending: evenly spread ones, and the last of each head, which steps of decoding compute. */
function studiedRows(problem: CacheProblem): number[] {
  const { batch, numHeads, seqLenQ } = problem;
  const last = Array.from({ length: batch * numHeads }, (_, head) => (head + 1) * seqLenQ - 1);
  const sampled = sampleRows(rowCount(problem), REFERENCE_FLOPS / rowFlops(problem));
  return [...new Set([...sampled, ...last])].sort((a, b) => a - b);
}

/** The heads, each with the place of its last row among the studied ones. */
const lastRows = ({ seqLenQ }: CacheProblem, rows: readonly number[]): [head: number, index: number][] =>
  rows.flatMap((row, index): [number, number][] =>
    row % seqLenQ === seqLenQ - 1 ? [[Math.floor(row / seqLenQ), index]] : [],
  );

const exactPart = (problem: CacheProblem, { key, value }: CacheData): DecodedPart =>
  wholePart(problem, { keys: Float64Array.from(key), values: Float64Array.from(value) });

const attended = (
  problem: CacheProblem,
  { query }: CacheData,
  parts: readonly DecodedPart[],
  rows: readonly number[],
): AttendedRow[] => rows.map((row) => attendRow(problem, query, parts, row));

const slice = (output: Float32Array, row: number, width: number): Float32Array =>
  output.subarray(row * width, (row + 1) * width);

/** Relative L2 error of a kernel's rows. NaN, where it is one, stays. */
function relL2(pairs: readonly (readonly [Float32Array, AttendedRow | undefined])[]): number {
  let [errors, squares] = [0, 0];
  for (const [actual, row] of pairs) {
    row?.output.forEach((value, d) => {
      errors += ((actual[d] ?? NaN) - value) ** 2;
      squares += value ** 2;
    });
  }
  return errors === 0 ? 0 : Math.sqrt(errors / squares);
}

const planOf = (session: Session, problem: CacheProblem): Plan =>
  bind(kvCache, problem, session.identity).variant(split.id).plan();

async function runKernel(
  session: Session,
  problem: CacheProblem,
  inputs: Arrays,
  signal: AbortSignal | undefined,
): Promise<{ output: Float32Array; workspaceBytes: number }> {
  const plan = planOf(session, problem);
  const loaded = await Loaded.load(session, plan, inputs);
  try {
    await loaded.job.execute({ signal });
    return {
      output: requireTyped(await loaded.outputs(), 'output', Float32Array),
      workspaceBytes: workspaceBytes(plan),
    };
  } finally {
    loaded.destroy();
  }
}

/** One step of decoding over an encoded cache, on the device. */
class DecodeStep {
  private constructor(private readonly loaded: Loaded) {}

  static async load(
    session: Session,
    problem: CacheProblem,
    data: CacheData,
    cache: Arrays,
  ): Promise<DecodeStep> {
    const query = lastTokens(problem, data.query, 1);
    const step = cacheProblem({ ...problem, seqLenQ: 1 });
    return new DecodeStep(await Loaded.load(session, planOf(session, step), { query, ...cache }));
  }

  async outputs(signal: AbortSignal | undefined): Promise<Float32Array> {
    await this.loaded.job.execute({ signal });
    return requireTyped(await this.loaded.outputs(), 'output', Float32Array);
  }

  /** Time of each of so many executions in a row, in ms. */
  async time(repetitions: number, signal: AbortSignal | undefined): Promise<number> {
    const { gpuMs, wallMs } = await this.loaded.job.execute({ signal, repetitions });
    return (gpuMs ?? wallMs) / repetitions;
  }

  destroy(): void {
    this.loaded.destroy();
  }
}

/** The time of a step, and its ratio to that of the first one. */
interface StepTime {
  readonly ms: number;
  readonly overFirst: number;
}

/** Medians over rounds. Each round runs all steps, so that drift hits all alike, and begins with another one, so that no place in it favours any. */
async function timed(
  session: Session,
  steps: readonly DecodeStep[],
  signal: AbortSignal | undefined,
): Promise<StepTime[]> {
  const repetitions: number[] = [];
  for (const step of steps) {
    // A first run is slow, and would stand for too few repetitions.
    await step.time(1, signal);
    repetitions.push(Math.min(1000, Math.max(1, Math.ceil(SPAN_MS / (await step.time(1, signal))))));
  }
  const samples = steps.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const turn of steps.keys()) {
      const at = (round + turn) % steps.length;
      const [step, count] = [steps[at], repetitions[at]];
      if (step && count) samples[at]?.push(await session.guard(step.time(count, signal)));
    }
  }
  return samples.map((each) => ({
    ms: estimate(each).median,
    overFirst: estimate(each.map((sample, round) => sample / (samples[0]?.[round] ?? NaN))).median,
  }));
}
