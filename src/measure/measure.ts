import type { BoundProblem } from '../core/bind.ts';
import type { Arrays } from '../core/variant.ts';
import { SPEED_STEPS, speedOf, confirmRoofs } from './device-speed.ts';
import type { MeasureContext } from './context.ts';
import { problemTitle } from './describe.ts';
import { environment } from './environment.ts';
import { Floor } from './floor.ts';
import { check, nameOf, type Baseline, type BoundEntry, type Candidate } from './gate.ts';
import { heartbeat } from './heartbeat.ts';
import { inputsOf, SEED } from './inputs.ts';
import type { MeasurePlan, Progress } from './measure-plan.ts';
import { recheck, timedInputs, type TimedInputs } from './recheck.ts';
import { REPORT_SCHEMA, REPORT_VERSION, type Report, type Result } from './report.ts';
import { calibrate, sample, settled, type Series } from './sampling.ts';
import { Steps, type Tell } from './steps.ts';
import { keptResult, timedResults } from './timed-results.ts';
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
  const steps = new Steps(context, cases.length + (yardsticks ? SPEED_STEPS : 0));
  const results: Result[] = [];
  for (const boundCase of cases) {
    const { minSamples = budget.minSamples } = boundCase;
    const own = await measureCase(
      context,
      boundCase,
      { ...budget, minSamples },
      steps.next('check'),
      (checked) => {
        steps.report({ message: `${checked.variant}: ${checked.status}`, checked });
      },
    );
    for (const result of own) steps.report({ message: `${result.variant}: ${result.status}`, result });
    results.push(...own);
  }
  // Last, since it takes seconds, in which nobody would see a result.
  const speed = yardsticks ? await speedOf(context, steps) : undefined;
  const possible =
    speed === undefined ? results : await new Floor(speed, confirmRoofs(context)).judge(results);
  return {
    schema: REPORT_SCHEMA,
    version: REPORT_VERSION,
    device: { ...context.session.identity, features: [...context.session.identity.features] },
    environment: environment(context.session.runner.timer !== undefined),
    ...(speed && { matmul: speed.yardstick, peaks: speed.roofs }),
    ...(plan.seed === undefined ? {} : { seed: plan.seed }),
    results: possible.map((result) => against(speed?.yardstick, result)),
  };
}

async function measureCase(
  context: MeasureContext,
  { problem, entries, baseline, inputs: given = {} }: BoundCase,
  budget: Budget,
  tell: Tell,
  onChecked: (result: Result) => void,
): Promise<Result[]> {
  const title = `${problem.operation} · ${problemTitle(problem)}`;
  const first = entries.find((entry) => nameOf(entry) === baseline);
  const standard: Baseline = {
    name: baseline,
    problem: first?.problem ?? problem,
    isKept: first?.kept !== undefined,
  };
  const isGiven = Object.keys(given).length > 0;
  // Seeded ones are made when a variant has room for them: there may be none.
  let made: Arrays | undefined = isGiven ? inputsOf(problem, given, budget.seed) : undefined;
  const inputs = () => (made ??= inputsOf(problem, given, budget.seed));
  const checked: Candidate[] = [];
  try {
    for (const entry of entries) {
      if (entry.kept) {
        const result = keptResult(entry.kept, entry, standard);
        checked.push({ entry, result });
        onChecked(result);
        continue;
      }
      const fraction = (0.5 * checked.length) / entries.length;
      const tellCheck = (stage: Progress['stage']) => {
        tell(stage, fraction, `${title} · ${nameOf(entry)} · ${stage}`);
      };
      const candidate = await check(context, entry, standard, inputs, tellCheck);
      checked.push(candidate);
      onChecked(isGiven ? { ...candidate.result, data: 'own' } : candidate.result);
    }
    made = undefined; // makes room for the inputs of timed runs
    const done = await timed(
      context,
      checked,
      () => timedInputs(problem, given, budget.seed),
      budget,
      (stage, fraction, doing) => {
        tell(stage, fraction, `${title} · ${doing}`);
      },
    );
    const results = timedResults(done, baseline, budget.keepSamples);
    return isGiven ? results.map((result) => ({ ...result, data: 'own' })) : results;
  } finally {
    for (const { ready } of checked) ready?.loaded.destroy();
  }
}

/** Candidates with their samples, taken in interleaved rounds on other inputs than they were checked on, and checked again. */
async function timed(
  context: MeasureContext,
  candidates: readonly Candidate[],
  makeInputs: () => TimedInputs,
  budget: Budget,
  tell: Tell,
): Promise<Candidate[]> {
  if (candidates.every(({ ready }) => ready === undefined)) return [...candidates];
  const { session, signal } = context;
  const inputs = makeInputs();
  const running: Candidate[] = [];
  for (const candidate of candidates) {
    const { entry, ready } = candidate;
    if (ready === undefined) {
      running.push(candidate);
      continue;
    }
    const onFraction = heartbeat(() => {
      tell('calibrate', 0.5, `${nameOf(entry)} · calibrate`);
    });
    ready.loaded.refill(inputs.arrays);
    const series = await session.guard(calibrate(ready.loaded.job, ready.warmMs, { signal, onFraction }));
    running.push({ ...candidate, series });
  }
  await sampleRounds(
    context,
    running.flatMap(({ series }) => series ?? []),
    budget,
    tell,
  );
  const done: Candidate[] = [];
  for (const candidate of running) {
    tell('check', 1, `${nameOf(candidate.entry)} · check after timing`);
    done.push(await recheck(context, candidate, inputs));
  }
  return done;
}

async function sampleRounds(
  { session, signal }: MeasureContext,
  series: readonly Series[],
  { budgetMs, minSamples, maxSamples }: Budget,
  tell: Tell,
): Promise<void> {
  const start = performance.now();
  const spent = () => performance.now() - start;
  for (let round = 0; round < maxSamples && series.length > 0; round++) {
    if (round >= minSamples && (spent() > budgetMs || series.every(settled))) return;
    const share = Math.max(spent() / budgetMs, round / maxSamples);
    for (const one of series) {
      const onFraction = heartbeat(() => {
        tell('measure', 0.5 + 0.5 * share, `round ${round + 1}`);
      });
      await session.guard(sample(one, { signal, onFraction }));
    }
  }
}
