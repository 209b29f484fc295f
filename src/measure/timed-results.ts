import { compareTimes } from './compare.ts';
import { nameOf, type Baseline, type BoundEntry, type Candidate } from './gate.ts';
import type { Comparison, Result } from './report.ts';
import { trusted, type Series } from './sampling.ts';
import { estimate, versus } from './statistics.ts';

/**
 * An earlier result in place of a new one. Whether it computes what the baseline does was found out by running both: beside
 * another baseline, only equal problems are known to compute the same.
 */
export function keptResult(kept: Result, { problem }: BoundEntry, baseline: Baseline): Result {
  const { computesOther, ...rest } = kept;
  const isOther =
    baseline.isKept && kept.baseline === baseline.name
      ? computesOther === true
      : JSON.stringify(problem.problem) !== JSON.stringify(baseline.problem.problem);
  return { ...rest, kept: true, ...(isOther && { computesOther: true }) };
}

/** The results of candidates that were timed, or kept, each compared with the baseline's. */
export function timedResults(
  candidates: readonly Candidate[],
  baseline: string,
  keepSamples: boolean,
): Result[] {
  const results = candidates.map((candidate) => withTimes(candidate, keepSamples));
  const first = candidates.findIndex(({ entry }) => nameOf(entry) === baseline);
  const [standard, than] = [candidates[first], results[first]];
  return candidates.map((candidate, at) => {
    const { versusBaseline: earlier, ...result } = results[at] ?? candidate.result;
    if (standard === undefined || at === first || result.computesOther === true)
      return { ...result, baseline };
    const stands = standard.entry.kept !== undefined && result.baseline === baseline ? earlier : undefined;
    const comparison =
      stands ?? samplesCompared(standard.series, candidate.series) ?? timesCompared(than, result);
    return { ...result, baseline, ...(comparison && { versusBaseline: comparison }) };
  });
}

/** Compares samples of the same rounds and of the same clock. */
function samplesCompared(baseline: Series | undefined, series: Series | undefined): Comparison | undefined {
  if (baseline === undefined || series === undefined) return undefined;
  const { source } = trusted(series);
  const clock = trusted(baseline).source === source ? source : 'wall';
  const samplesOf = (one: Series) => (clock === 'wall' ? one.wallMs : one.gpuMs);
  return versus(samplesOf(baseline), samplesOf(series));
}

/** Compares times of which one is kept from an earlier run, if both are of one clock. */
function timesCompared(baseline: Result | undefined, { time }: Result): Comparison | undefined {
  const than = baseline?.time;
  if (than === undefined || time?.source !== than.source) return undefined;
  return compareTimes(than, time);
}

function withTimes({ entry, result, series }: Candidate, keepSamples: boolean): Result {
  if (series === undefined) return result;
  const { ms, source } = trusted(series);
  const { median, low, high } = estimate(ms);
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
  };
}
