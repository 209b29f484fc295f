import { readFileSync } from 'node:fs';
import { messageOf } from '../src/errors.ts';
import { problemTitle } from '../src/measure/describe.ts';
import {
  parseReport,
  type Comparison,
  type DeviceReport,
  type Report,
  type Result,
} from '../src/measure/report.ts';
import { verdict } from '../src/measure/statistics.ts';
import { deviceName } from './device.ts';
import { isNamed, UsageError } from './errors.ts';

/** One result beside the one of an earlier report that measured the same. */
export interface Change {
  readonly result: Result;
  /** Earlier time / this time: 2 is twice as fast now. Its interval follows from both intervals' ends. */
  readonly comparison: Comparison;
}

export interface BaselineComparison {
  readonly changes: readonly Change[];
  /** Correct in the earlier report, and no longer measured: out of memory, unsupported, wrong or failed. */
  readonly lost: readonly Result[];
}

/** @throws UsageError if the file cannot be read or is no report */
export function readBaseline(file: string): Report {
  try {
    return parseReport(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UsageError(`--baseline ${file}: ${firstLine(error)}`);
  }
}

/**
 * Times from two devices are not comparable, and a number that looks like a comparison would be believed.
 * @throws UsageError naming both devices
 */
export function requireSameDevice(device: DeviceReport, baseline: Report): void {
  const same = (['vendor', 'architecture', 'device', 'isFallbackAdapter'] as const).every(
    (field) => device[field] === baseline.device[field],
  );
  if (same) return;
  throw new UsageError(
    `--baseline is from another device, and times of two devices do not compare: ` +
      `it has “${deviceName(baseline.device)}”, here is “${deviceName(device)}”`,
  );
}

/** Pairs results by operation, variant and problem. The intervals decide, not the medians. */
export function compareWithBaseline(results: readonly Result[], baseline: Report): BaselineComparison {
  const earlier = new Map(baseline.results.map((result) => [keyOf(result), result]));
  const changes: Change[] = [];
  const lost: Result[] = [];
  for (const result of results) {
    const before = earlier.get(keyOf(result));
    if (before?.status !== 'ok' || !before.time) continue;
    if (result.status === 'ok' && result.time) {
      changes.push({ result, comparison: compareTimes(before.time, result.time) });
    } else {
      lost.push(result);
    }
  }
  return { changes, lost };
}

/** Whether `--fail-on slower` has something to fail on. */
export function isSlower({ changes, lost }: BaselineComparison): boolean {
  return lost.length > 0 || changes.some(({ comparison }) => comparison.verdict === 'slower');
}

type Time = NonNullable<Result['time']>;

function compareTimes(before: Time, now: Time): Comparison {
  const low = before.lowMs / now.highMs;
  const high = before.highMs / now.lowMs;
  return { ratio: before.medianMs / now.medianMs, low, high, verdict: verdict(low, high) };
}

/** The same whatever the order of the problem's fields. */
function keyOf({ operation, variant, problem }: Result): string {
  const fields = Object.entries(problem).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([operation, variant, fields]);
}

/** `attention · 1024 tokens, 8 heads, headDim 64, dense · flash`, for lists of changes. */
export function resultTitle(result: Result): string {
  return `${result.operation} · ${problemTitle(result)} · ${result.variant}`;
}

function firstLine(error: unknown): string {
  if (isNamed(error, 'ZodError')) return 'not a Tilewise report of this version';
  return messageOf(error).split('\n')[0] ?? '';
}
