import { problemTitle, seriesOf } from './describe.ts';
import type { Comparison, DeviceReport, Report, Result } from './report.ts';
import { verdict } from './statistics.ts';

/** One result beside the one of an earlier report that measured the same. */
export interface Change {
  readonly result: Result;
  readonly earlier: Result;
  /** Earlier time / this time: 2 is twice as fast now. Its interval follows from both intervals' ends. */
  readonly comparison: Comparison;
}

export interface ReportComparison {
  readonly changes: readonly Change[];
  /** Correct in the earlier report, and no longer measured: out of memory, unsupported, wrong or failed. */
  readonly lost: readonly Result[];
  /** Results with a time that the earlier report has none for. */
  readonly added: readonly Result[];
  /** Results with a time in the earlier report alone. */
  readonly missing: readonly Result[];
}

/** Pairs results by operation, variant, label and problem. The intervals decide, not the medians. */
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

/** Times from two devices are not comparable, and a number that looks like a comparison would be believed. */
export function isSameDevice(one: DeviceReport, other: DeviceReport): boolean {
  return (['vendor', 'architecture', 'device', 'isFallbackAdapter'] as const).every(
    (field) => one[field] === other[field],
  );
}

/** `attention · 1024 tokens, 8 heads, headDim 64, dense · flash`, for lists of changes. */
export function resultTitle(result: Result): string {
  return `${result.operation} · ${problemTitle(result)} · ${seriesOf(result)}`;
}

/** `blockM 32, was 16; code edited`: what else is not as it was, so that a change of time is not read for the kernel's. */
export function changeWords({ result, earlier }: Pick<Change, 'result' | 'earlier'>): string {
  const names = new Set([...Object.keys(result.params), ...Object.keys(earlier.params)]);
  const word = (params: Result['params'], name: string) => String(params[name] ?? 'none');
  const changed = [...names].filter((name) => result.params[name] !== earlier.params[name]);
  const edits = ({ edited = [] }: Result) => edited.join(', ') || 'as shipped';
  const sameFiles = edits(result) === edits(earlier);
  // Reports of before tell no hash.
  const [hash, before] = [result.editedHash, earlier.editedHash];
  const changedTexts = sameFiles && hash !== before && hash !== undefined && before !== undefined;
  return [
    ...changed.map((name) => `${name} ${word(result.params, name)}, was ${word(earlier.params, name)}`),
    ...(sameFiles ? [] : [`code ${edits(result)}, was ${edits(earlier)}`]),
    ...(changedTexts ? [`other text of ${edits(result)}`] : []),
  ].join('; ');
}

type Time = NonNullable<Result['time']>;

/** Only a correct result has a time worth comparing. */
const timeOf = (result: Result | undefined): Time | undefined =>
  result?.status === 'ok' ? result.time : undefined;

function compareTimes(before: Time, now: Time): Comparison {
  const low = before.lowMs / now.highMs;
  const high = before.highMs / now.lowMs;
  return { ratio: before.medianMs / now.medianMs, low, high, verdict: verdict(low, high) };
}

/** The same whatever the order of the problem's fields. */
function keyOf({ operation, variant, label, problem, data }: Result): string {
  const fields = Object.entries(problem).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([operation, variant, label, fields, data]);
}
