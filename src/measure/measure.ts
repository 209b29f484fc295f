import type { BoundProblem, BoundVariant } from '../core/bind.ts';
import type { Arrays } from '../core/variant.ts';
import { accumulators, executedFlops, planWork, workspaceBytes, type Plan } from '../core/plan.ts';
import { leastBytes, trafficBytes } from '../core/traffic.ts';
import {
  AbortError,
  DeviceLostError,
  messageOf,
  OutOfMemoryError,
  throwIfAborted,
  UnsupportedError,
} from '../core/errors.ts';
import { sha256 } from '../core/digest.ts';
import { checkMemory } from '../gpu/buffers.ts';
import { Loaded } from '../gpu/session.ts';
import { BEST_STEPS, bestOf, confirmBest } from './best.ts';
import { problemTitle } from './describe.ts';
import type { MeasureContext } from './context.ts';
import { environment } from './environment.ts';
import { inputsOf, SEED } from './inputs.ts';
import type { MeasurePlan, Progress } from './measure-plan.ts';
import { probe } from './probe.ts';
import { REPORT_SCHEMA, REPORT_VERSION, type Report, type Result } from './report.ts';
import { calibrate, sample, settled, trusted, type Series } from './sampling.ts';
import { estimate, versus } from './statistics.ts';
import { verified } from './stand-in.ts';
import { Steps, type Tell } from './steps.ts';
import { against } from './yardstick.ts';

/** A case of the plan with everything filled in. */
export interface BoundCase {
  readonly problem: BoundProblem;
  readonly entries: readonly BoundEntry[];
  /** The label or variant of the entry that the others are compared with. */
  readonly baseline: string;
  /** Fewest samples of a variant, in place of the plan's. */
  readonly minSamples?: number;
  /** Inputs that replace seeded ones. */
  readonly inputs?: Arrays;
}

/** A variant to measure, with what its result says about it. */
export interface BoundEntry {
  readonly variant: BoundVariant;
  /** The problem of the case, or the same problem with other modifiers. */
  readonly problem: BoundProblem;
  readonly about?: Pick<Result, 'label' | 'edited' | 'paramsFrom' | 'sweep'>;
}

/** FLOPs that a float64 reference may take: about a second of JavaScript. */
export const REFERENCE_FLOPS = 1e9;

type Budget = Required<Pick<MeasurePlan, 'budgetMs' | 'minSamples' | 'maxSamples' | 'seed' | 'keepSamples'>>;

/**
 * Measures every case: correctness first, then interleaved rounds of timed samples.
 * @throws AbortError, DeviceLostError; anything else that fails is a result with status `failed`
 */
export async function measure(
  context: MeasureContext,
  plan: MeasurePlan,
  cases: readonly BoundCase[],
): Promise<Report> {
  const budget: Budget = {
    budgetMs: 4000,
    minSamples: 3,
    maxSamples: 50,
    seed: SEED,
    keepSamples: false,
    ...plan,
  };
  const yardsticks = plan.matmul !== false;
  const steps = new Steps(context, cases.length + (yardsticks ? BEST_STEPS : 0));
  const before = yardsticks ? await bestOf(context, steps) : undefined;
  const results: Result[] = [];
  for (const boundCase of cases) {
    const { minSamples = budget.minSamples } = boundCase;
    for (const result of await measureCase(
      context,
      boundCase,
      { ...budget, minSamples },
      steps.next('check'),
    )) {
      steps.report({
        message: `${result.variant}: ${result.status}`,
        result: against(before?.yardstick, result),
      });
      results.push(result);
    }
  }
  const best = before && (await confirmBest(context, before));
  return {
    schema: REPORT_SCHEMA,
    version: REPORT_VERSION,
    device: { ...context.session.identity, features: [...context.session.identity.features] },
    environment: environment(context.session.runner.timer !== undefined),
    ...(best && { matmul: best.yardstick, peaks: best.roofs }),
    ...(plan.seed === undefined ? {} : { seed: plan.seed }),
    results: results.map((result) => against(best?.yardstick, result)),
  };
}

/** A variant after the correctness check, before any timing. */
interface Candidate {
  readonly entry: BoundEntry;
  readonly result: Result;
  /** The loaded kernel, if the result is `ok`. */
  readonly ready?: { readonly loaded: Loaded; readonly warmMs: number };
  series?: Series;
}

async function measureCase(
  context: MeasureContext,
  { problem, entries, baseline, inputs: given = {} }: BoundCase,
  budget: Budget,
  tell: Tell,
): Promise<Result[]> {
  const { session } = context;
  const title = `${problem.operation} · ${problemTitle(problem)}`;
  const standard = entries.find((entry) => nameOf(entry) === baseline)?.problem ?? problem;
  const isGiven = Object.keys(given).length > 0;
  // Seeded ones are made when a variant has room for them: there may be none.
  let made: Arrays | undefined = isGiven ? inputsOf(problem, given, budget.seed) : undefined;
  const inputs = () => (made ??= inputsOf(problem, given, budget.seed));
  const candidates: Candidate[] = [];
  try {
    for (const entry of entries) {
      const fraction = (0.5 * candidates.length) / entries.length;
      const tellCheck = (stage: Progress['stage']) => {
        tell(stage, fraction, `${title} · ${nameOf(entry)} · ${stage}`);
      };
      candidates.push(await check(context, entry, { baseline, standard }, inputs, tellCheck));
    }
    for (const candidate of candidates) {
      if (candidate.ready === undefined) continue;
      const { loaded, warmMs } = candidate.ready;
      const onFraction = heartbeat(() => {
        tell('calibrate', 0.5, `${title} · ${nameOf(candidate.entry)} · calibrate`);
      });
      const options = { signal: context.signal, onFraction };
      candidate.series = await session.guard(calibrate(loaded.job, warmMs, options));
    }
    const series = candidates.flatMap((candidate) => candidate.series ?? []);
    const start = performance.now();
    const spent = () => performance.now() - start;
    for (let round = 0; round < budget.maxSamples && series.length > 0; round++) {
      if (round >= budget.minSamples && (spent() > budget.budgetMs || series.every(settled))) break;
      const share = Math.max(spent() / budget.budgetMs, round / budget.maxSamples);
      for (const one of series) {
        const onFraction = heartbeat(() => {
          tell('measure', 0.5 + 0.5 * share, `${title} · round ${round + 1}`);
        });
        await session.guard(sample(one, { signal: context.signal, onFraction }));
      }
    }
  } finally {
    for (const { ready } of candidates) ready?.loaded.destroy();
  }
  const first = candidates.find(({ entry }) => nameOf(entry) === baseline);
  const results = candidates.map((candidate) => withTimes(candidate, first, budget.keepSamples));
  return isGiven ? results.map((result) => ({ ...result, data: 'own' })) : results;
}

const HEARTBEAT_MS = 1000;

/**
 * Reports progress now, and at most once a second between submissions, so that a long kernel differs from one that
 * hangs.
 */
function heartbeat(tell: () => void): () => void {
  tell();
  let last = performance.now();
  return () => {
    if (performance.now() - last < HEARTBEAT_MS) return;
    last = performance.now();
    tell();
  };
}

const nameOf = ({ about, variant }: BoundEntry): string => about?.label ?? variant.id;

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
async function check(
  { session, signal }: MeasureContext,
  entry: BoundEntry,
  { baseline, standard }: { readonly baseline: string; readonly standard: BoundProblem },
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
    const { ok, maxAbs, relL2, bound, coverage, map } = judged;
    // JSON has no NaN.
    const measurable = Number.isFinite(maxAbs) && Number.isFinite(relL2);
    if (measurable) result = { ...result, error: { maxAbs, relL2, bound, coverage } };
    if (ok) {
      const other = !computesSame(problem, standard, inputs, outputs);
      return {
        entry,
        result: other ? { ...result, computesOther: true } : result,
        ready: { loaded, warmMs },
      };
    }
    loaded.destroy();
    const reason = measurable
      ? `relative L2 error ${relL2} exceeds ${bound}`
      : 'the output is NaN or infinite where the reference is not';
    const where = map && { errorMap: { ...map, cells: map.cells.map((row) => [...row]) } };
    return { entry, result: { ...result, ...where, status: 'wrong', reason } };
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
function refusal(error: unknown): Pick<Result, 'status' | 'reason' | 'memory'> {
  if (error instanceof AbortError || error instanceof DeviceLostError) throw error;
  if (error instanceof UnsupportedError) return { status: 'unsupported', reason: error.reason };
  if (error instanceof OutOfMemoryError) {
    const { buffer, bytesAsked, bytesLimit } = error;
    return { status: 'out-of-memory', reason: error.message, memory: { buffer, bytesAsked, bytesLimit } };
  }
  return { status: 'failed', reason: messageOf(error) };
}

function withTimes(
  { entry, result, series }: Candidate,
  baseline: Candidate | undefined,
  keepSamples: boolean,
): Result {
  if (series === undefined) return result;
  const { ms, source } = trusted(series);
  const { median, low, high } = estimate(ms);
  const other = baseline?.series;
  // A ratio must compare times of the same clock.
  const clock = other !== undefined && trusted(other).source === source ? source : 'wall';
  const samplesOf = (one: Series) => (clock === 'wall' ? one.wallMs : one.gpuMs);
  return {
    ...result,
    time: {
      medianMs: median,
      lowMs: low,
      highMs: high,
      samples: ms.length,
      source,
      wallMs: estimate(series.wallMs).median,
      repetitions: series.repetitions,
      rejectedTimestamps: series.rejectedTimestamps,
      ...(keepSamples && { all: [...ms] }),
    },
    gflops: entry.problem.flops / median / 1e6,
    ...(other === undefined || other === series || result.computesOther === true
      ? {}
      : { versusBaseline: versus(samplesOf(other), samplesOf(series)) }),
  };
}
