import type { Session } from '../../gpu/session.ts';
import { Loaded } from '../../gpu/session.ts';
import type { BoundProblem, BoundVariant } from '../../core/bind.ts';
import type { Arrays, Params } from '../../core/variant.ts';
import { calibrate, sample, trusted, type Series } from '../sampling.ts';
import { verified } from '../stand-in.ts';
import type { Comparison } from '../report.ts';
import { estimate, versus } from '../statistics.ts';

/** FLOPs that a float64 reference may take for one set of parameters: tens of milliseconds of JavaScript. */
const CHECK_FLOPS = 5e7;

/** A set of parameters that runs and is correct, loaded and ready to be timed. */
export interface Runner {
  readonly params: Params;
  readonly loaded: Loaded;
  readonly series: Series;
}

export interface Track {
  readonly session: Session;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compiles parameters, checks them against float64 and calibrates; `undefined` if the output is wrong.
 * @throws whatever fails
 */
export async function enter(
  { session, signal }: Track,
  problem: BoundProblem,
  variant: BoundVariant,
  inputs: Arrays,
  checkFlops = CHECK_FLOPS,
): Promise<Runner | undefined> {
  const loaded = await session.guard(Loaded.load(session, variant.plan(), inputs));
  try {
    const { wallMs } = await session.guard(loaded.job.execute({ signal }));
    const outputs = await session.guard(loaded.outputs());
    const { ok } = await verified({ session, signal }, problem, inputs, outputs, checkFlops);
    if (ok) {
      const series = await session.guard(calibrate(loaded.job, wallMs, { signal }));
      return { params: variant.params, loaded, series };
    }
  } catch (error) {
    loaded.destroy();
    throw error;
  }
  loaded.destroy();
  return undefined;
}

/** Challengers this many times slower than the champion after one sample leave the race. */
const HOPELESS = 1.5;
/** Rounds after each of which the slower half of the challengers leaves. */
const HALVINGS = [2, 4, 6];
/** Rounds of a champion against the last challenger. */
const FINAL_ROUNDS = 9;

/**
 * Races challengers against the champion. Each round samples all of them once. Challengers leave if they are hopeless
 * after one sample, if they are in the slower half after two, four and six rounds, or if their interval shows them to
 * be slower.
 * @returns the challenger that is faster than the champion beyond doubt, if there is one
 */
export async function race(
  track: Track,
  champion: Runner,
  challengers: readonly Runner[],
): Promise<Runner | undefined> {
  let field = challengers;
  const started = new Map([champion, ...challengers].map((one) => [one, one.series.wallMs.length]));
  const times = (one: Runner) => timesOf(one).slice(started.get(one));
  const against = (one: Runner): Comparison => versus(times(champion), times(one));
  for (let round = 1; round <= FINAL_ROUNDS && field.length > 0; round++) {
    for (const one of [champion, ...field]) await track.session.guard(sample(one.series, track));
    const ahead = field.filter((one) => median(times(one)) < HOPELESS * median(times(champion)));
    field = HALVINGS.includes(round) ? fasterHalf(ahead, (one) => median(times(one))) : ahead;
    field = field.filter((one) => !['slower', 'same'].includes(against(one).verdict));
    const [only] = field;
    if (field.length === 1 && only !== undefined && against(only).verdict === 'faster') return only;
  }
  return undefined;
}

/** Times two sets of parameters against each other, in fresh rounds. */
export async function duel(track: Track, champion: Runner, challenger: Runner): Promise<Comparison> {
  const [first, second] = [champion.series.wallMs.length, challenger.series.wallMs.length];
  for (let round = 1; round <= FINAL_ROUNDS; round++) {
    for (const one of [champion, challenger]) await track.session.guard(sample(one.series, track));
  }
  return versus(timesOf(champion).slice(first), timesOf(challenger).slice(second));
}

/** Times of all rounds. The wall clock is used if a timestamp was rejected, because each round must have a time. */
const timesOf = ({ series }: Runner): readonly number[] => trusted(series).ms;

const median = (times: readonly number[]): number => estimate(times).median;

function fasterHalf(field: readonly Runner[], ms: (one: Runner) => number): Runner[] {
  return [...field].sort((a, b) => ms(a) - ms(b)).slice(0, Math.max(1, Math.ceil(field.length / 2)));
}
