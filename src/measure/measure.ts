import type { BoundProblem, BoundVariant } from '../kernels/bind.ts';
import type { Arrays } from '../kernels/operation.ts';
import { executedFlops, planWork, workspaceBytes } from '../kernels/plan.ts';
import {
  AbortError,
  DeviceLostError,
  messageOf,
  OutOfMemoryError,
  throwIfAborted,
  UnsupportedError,
} from '../errors.ts';
import { Loaded, type Session } from '../gpu/session.ts';
import { problemTitle } from './describe.ts';
import { environment } from './environment.ts';
import { inputsOf } from './inputs.ts';
import type { MeasurePlan, Progress } from './measure-plan.ts';
import { measureRoofs } from './peaks.ts';
import { REPORT_SCHEMA, REPORT_VERSION, type Report, type Result } from './report.ts';
import { calibrate, sample, settled, trusted, type Series } from './sampling.ts';
import { estimate, versus } from './statistics.ts';
import { Steps, type Tell } from './steps.ts';
import { against, confirmMatmul, measureMatmul } from './yardstick.ts';

/** A case of the plan with everything filled in. */
export interface BoundCase {
  readonly problem: BoundProblem;
  readonly variants: readonly BoundVariant[];
  /** In place of the plan's. */
  readonly minSamples?: number;
  /** In place of seeded ones. */
  readonly inputs?: Arrays;
}

export interface MeasureContext {
  readonly session: Session;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** FLOPs a float64 reference may take: a second or so of JavaScript. */
export const REFERENCE_FLOPS = 1e9;

type Budget = Required<Pick<MeasurePlan, 'budgetMs' | 'minSamples' | 'maxSamples'>>;

/**
 * Measures every case: correctness first, then interleaved rounds of timed samples.
 * @throws AbortError, DeviceLostError; anything else that fails is a result with status `failed`
 */
export async function measure(
  context: MeasureContext,
  plan: MeasurePlan,
  cases: readonly BoundCase[],
): Promise<Report> {
  const budget: Budget = { budgetMs: 4000, minSamples: 3, maxSamples: 50, ...plan };
  const yardsticks = plan.matmul !== false;
  const steps = new Steps(context, cases.length + (yardsticks ? 2 : 0));
  const peaks = yardsticks ? await measureRoofs(context, steps.next('peaks')) : undefined;
  const yardstick = yardsticks ? await measureMatmul(context, steps.next('matmul')) : undefined;
  const results: Result[] = [];
  for (const boundCase of cases) {
    const { minSamples = budget.minSamples } = boundCase;
    for (const result of await measureCase(
      context,
      boundCase,
      { ...budget, minSamples },
      steps.next('check'),
    )) {
      steps.report({ message: `${result.variant}: ${result.status}`, result: against(yardstick, result) });
      results.push(result);
    }
  }
  // Before and after: a machine that was busy in the beginning would make the yardstick too short.
  const matmul = yardstick && (await confirmMatmul(context, yardstick));
  return {
    schema: REPORT_SCHEMA,
    version: REPORT_VERSION,
    device: { ...context.session.identity, features: [...context.session.identity.features] },
    environment: environment(context.session.runner.timer !== undefined),
    ...(matmul && { matmul }),
    ...(peaks && { peaks }),
    results: results.map((result) => against(matmul, result)),
  };
}

/** What became of one variant before any timing. */
interface Candidate {
  readonly variant: BoundVariant;
  readonly result: Result;
  /** Only if the result is `ok`. */
  readonly ready?: { readonly loaded: Loaded; readonly warmMs: number };
  series?: Series;
}

async function measureCase(
  context: MeasureContext,
  { problem, variants, inputs: given = {} }: BoundCase,
  budget: Budget,
  tell: Tell,
): Promise<Result[]> {
  const { session } = context;
  const title = `${problem.operation} · ${problemTitle(problem)}`;
  const inputs = inputsOf(problem, given);
  const candidates: Candidate[] = [];
  try {
    for (const variant of variants) {
      tell(
        'check',
        (0.5 * candidates.length) / variants.length,
        `${title} · ${variant.id} · compile and check`,
      );
      candidates.push(await check(context, problem, variant, inputs));
    }
    const options = { signal: context.signal };
    for (const candidate of candidates) {
      if (candidate.ready === undefined) continue;
      tell('calibrate', 0.5, `${title} · ${candidate.variant.id} · calibrate`);
      const { loaded, warmMs } = candidate.ready;
      candidate.series = await session.guard(calibrate(loaded.job, warmMs, options));
    }
    const series = candidates.flatMap((candidate) => candidate.series ?? []);
    const start = performance.now();
    const spent = () => performance.now() - start;
    for (let round = 0; round < budget.maxSamples && series.length > 0; round++) {
      if (round >= budget.minSamples && (spent() > budget.budgetMs || series.every(settled))) break;
      const share = Math.max(spent() / budget.budgetMs, round / budget.maxSamples);
      for (const one of series) {
        tell('measure', 0.5 + 0.5 * share, `${title} · round ${round + 1}`);
        await session.guard(sample(one, options));
      }
    }
  } finally {
    for (const { ready } of candidates) ready?.loaded.destroy();
  }
  const results = withTimes(problem, candidates);
  const isGiven = Object.keys(given).length > 0;
  return isGiven ? results.map((result) => ({ ...result, inputs: 'given' })) : results;
}

/** The correctness gate: runs a variant once and compares it with the float64 reference. */
async function check(
  { session, signal }: MeasureContext,
  problem: BoundProblem,
  variant: BoundVariant,
  inputs: ReturnType<BoundProblem['inputs']>,
): Promise<Candidate> {
  const base: Result = {
    operation: problem.operation,
    variant: variant.id,
    baseline: problem.variantIds[0] ?? variant.id,
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
    result = {
      ...base,
      workspaceBytes: workspaceBytes(plan),
      executedFlops: executedFlops(plan),
      ...(work === undefined ? {} : { work }),
    };
    loaded = await session.guard(Loaded.load(session, plan, inputs));
    const { wallMs: warmMs } = await session.guard(loaded.job.execute({ signal }));
    const outputs = await session.guard(loaded.outputs());
    const tiles = await session.guard(loaded.job.countTiles());
    if (tiles) result = { ...result, tiles };
    throwIfAborted(signal);
    const { ok, maxAbs, relL2, bound, coverage } = problem.verify(inputs, outputs, REFERENCE_FLOPS);
    // JSON has no NaN.
    const measurable = Number.isFinite(maxAbs) && Number.isFinite(relL2);
    if (measurable) result = { ...result, error: { maxAbs, relL2, bound, coverage } };
    if (ok) return { variant, result, ready: { loaded, warmMs } };
    loaded.destroy();
    const reason = measurable
      ? `relative L2 error ${relL2} exceeds ${bound}`
      : 'the output is NaN or infinite where the reference is not';
    return { variant, result: { ...result, status: 'wrong', reason } };
  } catch (error) {
    loaded?.destroy();
    return { variant, result: { ...result, ...refusal(error) } };
  }
}

/** A status for what a variant may fail with; what concerns the whole call is thrown on. */
function refusal(error: unknown): Pick<Result, 'status' | 'reason' | 'memory'> {
  if (error instanceof AbortError || error instanceof DeviceLostError) throw error;
  if (error instanceof UnsupportedError) return { status: 'unsupported', reason: error.reason };
  if (error instanceof OutOfMemoryError) {
    const { buffer, bytesAsked, bytesLimit } = error;
    return { status: 'out-of-memory', reason: error.message, memory: { buffer, bytesAsked, bytesLimit } };
  }
  return { status: 'failed', reason: messageOf(error) };
}

function withTimes(problem: BoundProblem, candidates: readonly Candidate[]): Result[] {
  const baseline = candidates.find(({ variant }) => variant.id === problem.variantIds[0])?.series;
  return candidates.map(({ result, series }) => {
    if (series === undefined) return result;
    const { ms, source } = trusted(series);
    const { median, low, high } = estimate(ms);
    // Ratios pair the same clock on both sides.
    const clock = baseline !== undefined && trusted(baseline).source === source ? source : 'wall';
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
      },
      gflops: problem.flops / median / 1e6,
      ...(baseline === undefined || baseline === series
        ? {}
        : { versusBaseline: versus(samplesOf(baseline), samplesOf(series)) }),
    };
  });
}
