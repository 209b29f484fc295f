import type { BoundProblem } from '../core/bind.ts';
import type { Arrays } from '../core/variant.ts';
import type { MeasureContext } from './context.ts';
import { formatMs } from './format.ts';
import { asError, asWrong, refusal, type Candidate, type Ready } from './gate.ts';
import { inputsOf, MAX_SEED } from './inputs.ts';
import type { Result } from './report.ts';
import { trusted, type Series } from './sampling.ts';
import { estimate } from './statistics.ts';
import { verified } from './stand-in.ts';

/** The inputs of timed runs. */
export interface TimedInputs {
  readonly arrays: Arrays;
  /** Whether they are others than those of the check before timing. They are not where the caller gave all of them. */
  readonly areOthers: boolean;
}

/** Inputs that the check before timing has not seen, so that no kernel can have prepared for them. */
export function timedInputs(problem: BoundProblem, given: Arrays, seed: number): TimedInputs {
  const arrays = inputsOf(problem, given, (seed % MAX_SEED) + 1);
  return { arrays, areOthers: Object.keys(arrays).some((name) => !(name in given)) };
}

/** FLOPs that the float64 reference may take after timing: a quarter of a second of JavaScript. */
const RECHECK_FLOPS = 2.5e8;

/**
 * Checks a candidate once more after it was timed: that the last timed run left right outputs, and that edited code
 * computes anew each time. A candidate that fails loses its times.
 * @throws AbortError, DeviceLostError
 */
export async function recheck(
  context: MeasureContext,
  candidate: Candidate,
  inputs: TimedInputs,
): Promise<Candidate> {
  const { entry, result, ready, series } = candidate;
  if (ready === undefined || series === undefined) return candidate;
  const failed = (why: Partial<Result>): Candidate => ({ entry, result: { ...result, ...why } });
  try {
    const { session, signal } = context;
    const outputs = await session.guard(ready.loaded.outputs());
    const judged = await verified({ session, signal }, entry.problem, inputs.arrays, outputs, RECHECK_FLOPS);
    if (!judged.ok) {
      const { reason = '', ...wrong } = asWrong(judged);
      return failed({
        ...wrong,
        ...asError(judged),
        reason: `after timing${inputs.areOthers ? ', on other inputs' : ''}: ${reason}`,
      });
    }
    const reason = await keepsAnswer(context, result, ready, series);
    if (reason !== undefined) return failed({ status: 'wrong', reason });
    const { relL2, coverage } = judged;
    const afterTiming = { relL2, coverage, otherInputs: inputs.areOthers };
    return { ...candidate, result: { ...result, afterTiming } };
  } catch (error) {
    return failed(refusal(error));
  }
}

/** A run on cleared buffers may take so much longer than others, in ms and as a multiple of the measured time: caches are cold. */
const SLOWER_MS = 2;
const TIMES_SLOWER = 5;
/** A busy machine delays single runs at random. A kernel that keeps its answer is slower on cleared buffers every time. */
const TRIES = 20;

/**
 * The reason to refuse an edited kernel that recognises inputs and finds its answer in its buffers. Its first run on cleared
 * buffers takes far longer than the next one. Shipped kernels do no such thing, and are spared the extra runs.
 */
async function keepsAnswer(
  { session, signal }: MeasureContext,
  { edited }: Result,
  { loaded }: Ready,
  series: Series,
): Promise<string | undefined> {
  if (edited === undefined) return undefined;
  const run = async () => (await session.guard(loaded.job.execute({ signal }))).wallMs;
  const longer = Math.max(SLOWER_MS, TIMES_SLOWER * estimate(trusted(series).ms).median);
  let [cleared, next] = [Infinity, Infinity];
  for (let attempt = 0; attempt < TRIES; attempt++) {
    await session.guard(loaded.clear());
    cleared = Math.min(cleared, await run());
    next = Math.min(next, await run());
    if (cleared - next <= longer) return undefined;
  }
  return `it keeps its answer: on cleared buffers it took ${formatMs(cleared)}, and ${formatMs(next)} once it had run`;
}
