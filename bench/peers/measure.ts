import { UnsupportedError, messageOf } from '../../src/core/errors.ts';
import { problemTitle } from '../../src/measure/describe.ts';
import { estimate, versus } from '../../src/measure/statistics.ts';
import { workOf, type PeerCase } from './cases.ts';
import { checker } from './check.ts';
import type { Peer, Prepared } from './peer.ts';
import type { PeerError, PeerResult } from './report.ts';

/** Limits for the rounds of one case. */
export interface Rounds {
  readonly budgetMs: number;
  readonly fewest: number;
  readonly most: number;
}

/** Length of a timed span. Short executions are repeated to fill it. */
const SPAN_MS = 20;
const MAX_REPETITIONS = 50;

interface Candidate {
  readonly peer: Peer;
  readonly result: PeerResult;
  /** The prepared work, if its result is correct. */
  readonly ready?: { readonly prepared: Prepared; readonly repetitions: number };
  readonly samples: number[];
}

/** Checks every library against float64, then times the correct ones in interleaved rounds. */
export async function measureCase(
  one: PeerCase,
  peers: readonly Peer[],
  rounds: Rounds,
  tell: (message: string) => void,
): Promise<PeerResult[]> {
  const work = workOf(one);
  const title = problemTitle({ operation: work.operation, problem: { ...work.problem } });
  tell(`${title} · float64`);
  const check = checker(work);
  const candidates: Candidate[] = [];
  for (const peer of peers) {
    tell(`${title} · ${peer.title}`);
    candidates.push(await tryOut(peer, { ...one, title, peer: peer.id }, () => peer.prepare(work), check));
  }
  tell(`${title} · timing`);
  const start = performance.now();
  const isOver = (round: number) => round >= rounds.fewest && performance.now() - start > rounds.budgetMs;
  for (let round = 0; round < rounds.most && !isOver(round); round++) {
    for (const { ready, samples } of candidates) {
      if (ready) samples.push(await span(ready.prepared, ready.repetitions));
    }
  }
  for (const { ready } of candidates) ready?.prepared.dispose();
  const own = candidates.find(({ peer }) => peer.id === 'tilewise')?.samples ?? [];
  return candidates.map((candidate) => withTimes(candidate, own));
}

async function tryOut(
  peer: Peer,
  base: Omit<PeerResult, 'status'>,
  prepare: () => Promise<Prepared>,
  check: (outputs: Awaited<ReturnType<Prepared['outputs']>>) => PeerError,
): Promise<Candidate> {
  const samples: number[] = [];
  let prepared: Prepared | undefined;
  try {
    prepared = await prepare();
    await span(prepared, 1);
    const { ok, ...error } = check(await prepared.outputs());
    // JSON has no NaN.
    const result = Number.isFinite(error.relL2) ? { ...base, error } : base;
    if (ok) {
      const once = await span(prepared, 1);
      const repetitions = Math.min(MAX_REPETITIONS, Math.max(1, Math.ceil(SPAN_MS / once)));
      return { peer, samples, result: { ...result, status: 'ok' }, ready: { prepared, repetitions } };
    }
    prepared.dispose();
    const reason = result.error
      ? `largest error ${error.maxAbs.toPrecision(2)}`
      : 'NaN, infinite or missing values';
    return { peer, samples, result: { ...result, status: 'wrong', reason } };
  } catch (error) {
    prepared?.dispose();
    const status = error instanceof UnsupportedError ? 'unsupported' : 'failed';
    return { peer, samples, result: { ...base, status, reason: messageOf(error) } };
  }
}

/** Times one execution in milliseconds, from the first submission until the GPU is done. */
async function span(prepared: Prepared, repetitions: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < repetitions; i++) await prepared.run();
  await prepared.settle();
  return (performance.now() - start) / repetitions;
}

function withTimes({ result, ready, samples }: Candidate, own: readonly number[]): PeerResult {
  if (!ready) return result;
  const { median, low, high } = estimate(samples);
  const { repetitions } = ready;
  const time = { medianMs: median, lowMs: low, highMs: high, samples: samples.length, repetitions };
  if (own.length === 0 || samples === own) return { ...result, time };
  const { verdict: _, ...versusTilewise } = versus(samples, own);
  return { ...result, time, versusTilewise };
}
