import type { ParamSpec } from '../core/variant.ts';
import { problemTitle } from './describe.ts';
import { formatMs } from './format.ts';
import type { MeasureEntry } from './measure-plan.ts';
import type { Result } from './report.ts';

/** The parameters that a sweep varies: rows and columns of a tile. */
export const [DOWN, ACROSS] = ['blockM', 'blockN'] as const;

/**
 * An entry for each tile shape among a variant's choices; none if it has no tiles. Other parameters keep their
 * defaults.
 */
export function sweepEntries(variant: string, specs: readonly ParamSpec[]): MeasureEntry[] {
  const choicesOf = (name: string) => specs.find((spec) => spec.name === name)?.choices ?? [];
  return choicesOf(DOWN).flatMap((blockM) =>
    choicesOf(ACROSS).map((blockN) => ({
      variant,
      label: `${variant} ${blockM} × ${blockN}`,
      params: { blockM, blockN },
      sweep: true,
    })),
  );
}

/** A sweep: one variant on one problem, over all its tile shapes. */
export interface Sweep {
  readonly operation: string;
  readonly variant: string;
  /** The text of `problemTitle`. */
  readonly title: string;
  readonly cells: readonly SweepCell[];
}

export interface SweepCell {
  readonly blockM: number;
  readonly blockN: number;
  readonly result: Result;
  /** Time of the fastest tile / time of this one: 1 is the fastest. Absent if there is no time. */
  readonly share?: number;
}

/** The sweeps in a list of results. */
export function sweepsOf(results: readonly Result[]): Sweep[] {
  const groups = new Map<string, Result[]>();
  for (const result of results.filter(({ sweep }) => sweep === true)) {
    const key = JSON.stringify([result.operation, result.variant, problemTitle(result)]);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { operation, variant } = first;
    return [{ operation, variant, title: problemTitle(first), cells: cellsOf(group) }];
  });
}

/** A sweep's title: `attention · flash · 512 tokens, …`. */
export const sweepTitle = ({ operation, variant, title }: Sweep): string =>
  `${operation} · ${variant} · ${title}`;

/** The results that belong to no sweep. */
export const withoutSweeps = (results: readonly Result[]): Result[] =>
  results.filter(({ sweep }) => sweep !== true);

function cellsOf(group: readonly Result[]): SweepCell[] {
  const timeOf = ({ status, time }: Result) => (status === 'ok' ? time?.medianMs : undefined);
  const best = Math.min(...group.map((result) => timeOf(result) ?? Infinity));
  return group.map((result) => {
    const { blockM = 0, blockN = 0 } = result.params;
    const ms = timeOf(result);
    return { blockM, blockN, result, ...(ms === undefined ? {} : { share: best / ms }) };
  });
}

/** A sweep as a table of words: a time in each cell, or the reason why there is none. */
export function sweepTable({ cells }: Sweep): {
  across: number[];
  rows: { down: number; words: string[] }[];
} {
  const distinct = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);
  const across = distinct(cells.map(({ blockN }) => blockN));
  const at = (blockM: number, blockN: number) =>
    cells.find((cell) => cell.blockM === blockM && cell.blockN === blockN);
  return {
    across,
    rows: distinct(cells.map(({ blockM }) => blockM)).map((down) => ({
      down,
      words: across.map((blockN) => cellWords(at(down, blockN))),
    })),
  };
}

function cellWords(cell: SweepCell | undefined): string {
  if (cell === undefined) return '–';
  const { result, share } = cell;
  return share === undefined ? STATUS_WORDS[result.status] : formatMs(result.time?.medianMs ?? NaN);
}

const STATUS_WORDS = {
  ok: '–',
  wrong: 'WRONG',
  failed: 'FAILED',
  unsupported: 'not supported',
  'out-of-memory': 'out of memory',
};
