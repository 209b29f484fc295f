import { lineFields } from '../passes/buffers.ts';
import { lossOf } from '../losses/index.ts';
import type { ContrastiveProblem } from '../problem.ts';
import type { Range } from './part.ts';

/** Members that one rank alone gives a column, where it has its positive; 0 elsewhere. */
const FROM_ONE = ['pair', 'limit'];
/** Members that add up over the ranks' rows. */
const SUMS = ['sum', 'count', 'above'];

/** Which lines each rank has the last word on. */
export interface Homes {
  readonly problem: ContrastiveProblem;
  readonly rows: readonly Range[];
  readonly cols: readonly Range[];
}

/** The ranks' lines as those of one device, before statistics. */
export const mergeSetup = (homes: Homes, parts: readonly Float32Array[]): Float32Array =>
  merged(homes, parts, (fields, lines, base) => {
    addUp(fields, FROM_ONE, parts, lines, base);
  });

/** The ranks' lines as those of one device, with statistics: columns of a symmetric loss have a part of theirs in each rank. */
export const mergeStatistics = (homes: Homes, parts: readonly Float32Array[]): Float32Array =>
  merged(homes, parts, (fields, lines, base) => {
    const states = parts.filter((part) => part[base + 1] !== 0);
    if (states.length > 0) {
      const peak = Math.max(...states.map((part) => part[base] ?? NaN));
      lines[base] = peak;
      lines[base + 1] = states.reduce(
        (sum, part) => sum + (part[base + 1] ?? NaN) * 2 ** ((part[base] ?? NaN) - peak),
        0,
      );
    }
    addUp(fields, SUMS, parts, lines, base);
  });

/** @param column merges one column of a symmetric loss, whose words begin at `base` */
function merged(
  { problem, rows, cols }: Homes,
  parts: readonly Float32Array[],
  column: (fields: readonly string[], lines: Float32Array, base: number) => void,
): Float32Array {
  const fields = lineFields(problem);
  const words = fields.length;
  const lines = new Float32Array(parts[0]?.length ?? 0);
  // Some words are whole numbers, so lines are copied as bytes.
  const take = (ranges: readonly Range[], from: number) => {
    for (const [rank, { first, count }] of ranges.entries()) {
      const [start, end] = [(from + first) * words, (from + first + count) * words];
      lines.set(parts[rank]?.subarray(start, end) ?? [], start);
    }
  };
  take(rows, 0);
  if (problem.oneTensor === true) return lines;
  take(cols, problem.numRows);
  if (!lossOf(problem.loss).symmetric) return lines;
  for (let at = problem.numRows * words; at < lines.length; at += words) column(fields, lines, at);
  return lines;
}

function addUp(
  fields: readonly string[],
  names: readonly string[],
  parts: readonly Float32Array[],
  lines: Float32Array,
  base: number,
): void {
  for (const name of names) {
    const offset = fields.indexOf(name);
    if (offset < 0) continue;
    lines[base + offset] = parts.reduce((sum, part) => sum + (part[base + offset] ?? NaN), 0);
  }
}
