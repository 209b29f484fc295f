import { problemTitle, seriesOf } from './describe.ts';
import type { Comparison, DeviceReport, Report, Result } from './report.ts';
import { verdict } from './statistics.ts';

/** A result, and the result of an earlier report for the same problem and variant. */
export interface Change {
  readonly result: Result;
  readonly earlier: Result;
  /** Earlier time / this time: 2 is twice as fast now. Its interval comes from the ends of both intervals. */
  readonly comparison: Comparison;
}

export interface ReportComparison {
  readonly changes: readonly Change[];
  /**
   * Results that were correct in the earlier report and now have no time: out of memory, unsupported, wrong or
   * failed.
   */
  readonly lost: readonly Result[];
  /** Results that have a time, and had none in the earlier report. */
  readonly added: readonly Result[];
  /** Results that have a time only in the earlier report. */
  readonly missing: readonly Result[];
}

/** Pairs results by operation, variant, label and problem. Verdicts come from the intervals, not from the medians. */
export function compareReports(
  results: readonly Result[],
  earlier: Pick<Report, 'results'>,
): ReportComparison {
  const before = new Map(earlier.results.map((result) => [keyOf(result), result]));
  const now = new Set(results.map(keyOf));
  const changes: Change[] = [];
  const lost: Result[] = [];
  const added: Result[] = [];
  for (const result of results) {
    const earlier = before.get(keyOf(result));
    const was = timeOf(earlier);
    const is = timeOf(result);
    if (earlier && was && is) changes.push({ result, earlier, comparison: compareTimes(was, is) });
    else if (was) lost.push(result);
    else if (is) added.push(result);
  }
  const missing = earlier.results.filter((result) => timeOf(result) && !now.has(keyOf(result)));
  return { changes, lost, added, missing };
}

/**
 * Whether anything is slower than allowed, or has stopped running.
 * @param allowed how much slower is accepted, as a fraction of the earlier time: 0.1 is a tenth. The whole interval
 * must lie beyond it.
 */
export function isSlower({ changes, lost }: ReportComparison, allowed = 0): boolean {
  const beyond = ({ comparison }: Change) =>
    comparison.verdict === 'slower' && comparison.high < 1 / (1 + allowed);
  return lost.length > 0 || changes.some(beyond);
}

/** Whether two reports come from the same device. Times of different devices must not be compared. */
export function isSameDevice(one: DeviceReport, other: DeviceReport): boolean {
  return (['vendor', 'architecture', 'device', 'isFallbackAdapter'] as const).every(
    (field) => one[field] === other[field],
  );
}

/** A result's title in lists of changes: `attention · 1024 tokens, 8 heads, headDim 64, dense · flash`. */
export function resultTitle(result: Result): string {
  return `${result.operation} · ${problemTitle(result)} · ${seriesOf(result)}`;
}

/**
 * Differences of two results other than their time: `blockM 32, was 16; code edited`. They may explain a change of time
 * that would otherwise be credited to the kernel.
 */
export function changeWords({ result, earlier }: Pick<Change, 'result' | 'earlier'>): string {
  const names = new Set([...Object.keys(result.params), ...Object.keys(earlier.params)]);
  const word = (params: Result['params'], name: string) => String(params[name] ?? 'none');
  const changed = [...names].filter((name) => result.params[name] !== earlier.params[name]);
  const edits = ({ edited = [] }: Result) => edited.join(', ') || 'as shipped';
  const sameFiles = edits(result) === edits(earlier);
  // Reports of older versions have no hash.
  const [hash, before] = [result.editedHash, earlier.editedHash];
  const changedTexts = sameFiles && hash !== before && hash !== undefined && before !== undefined;
  return [
    ...changed.map((name) => `${name} ${word(result.params, name)}, was ${word(earlier.params, name)}`),
    ...(sameFiles ? [] : [`code ${edits(result)}, was ${edits(earlier)}`]),
    ...(changedTexts ? [`other text of ${edits(result)}`] : []),
  ].join('; ');
}

type Time = NonNullable<Result['time']>;

/** The time of a correct result; results that are not correct have none that may be compared. */
const timeOf = (result: Result | undefined): Time | undefined =>
  result?.status === 'ok' ? result.time : undefined;

/** Compares times whose samples were not taken in the same rounds: the interval of the ratio has the ends of both. */
export function compareTimes(before: Time, now: Time): Comparison {
  const low = before.lowMs / now.highMs;
  const high = before.highMs / now.lowMs;
  return { ratio: before.medianMs / now.medianMs, low, high, verdict: verdict(low, high) };
}

/** A key by which results are paired. It does not depend on the order of the problem's fields. */
function keyOf({ operation, variant, label, problem, data }: Result): string {
  const fields = Object.entries(problem).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([operation, variant, label, fields, data]);
}
