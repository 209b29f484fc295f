import { numberIn } from '../core/words.ts';
import { wordsOf } from '../operations/registry.ts';
import type { Result } from './report.ts';

type Described = Pick<Result, 'operation' | 'problem' | 'data'>;

/** The size that charts and tables vary: `seqLenKV` for attention, `numRows` for contrastive losses. */
export function problemSize({ operation, problem }: Described): number {
  return numberIn(problem, wordsOf(operation).size.field);
}

/** The extent of the problem without words: `1024`, or `32 × 512` where queries and keys, or rows and columns, differ. */
export function problemExtent({ operation, problem }: Described): string {
  const [down, across] = wordsOf(operation).extents(problem);
  return down === across ? String(across) : `${down} × ${across}`;
}

/** `problemSize` in words, for axes: `length of the keys, tokens`. */
export function sizeLabel({ operation }: Pick<Described, 'operation'>): string {
  const { title, unit } = wordsOf(operation).size;
  return title.includes(unit) ? title : `${title}, ${unit}`;
}

/** The unit of `problemSize`: `tokens`. */
export const sizeUnit = ({ operation }: Pick<Described, 'operation'>): string => wordsOf(operation).size.unit;

/** The problem in a few words: `1024 tokens, 8 heads, headDim 64, causal`. */
export function problemTitle(result: Described): string {
  return [wordsOf(result.operation).extent(result.problem), problemFamily(result)].join(', ');
}

/** `problemTitle` without the size: problems that differ in nothing else share a chart. */
export function problemFamily({ operation, problem, data }: Described): string {
  return [...wordsOf(operation).family(problem), ...(data === undefined ? [] : ['own data'])].join(', ');
}

/** Results that belong in one chart: one operation, one kind of problem, any size, any variant. */
export interface Family {
  readonly operation: string;
  /** The text of `problemFamily`. */
  readonly title: string;
  readonly results: readonly Result[];
}

/** Groups results by operation and `problemFamily`, in order of first appearance. */
export function families(results: readonly Result[]): Family[] {
  const groups = new Map<string, { operation: string; title: string; results: Result[] }>();
  for (const result of results) {
    const title = problemFamily(result);
    const key = `${result.operation} ${title}`;
    const group = groups.get(key);
    if (group) group.results.push(result);
    else groups.set(key, { operation: result.operation, title, results: [result] });
  }
  return [...groups.values()];
}

/** The series that a result belongs to in charts and tables: its variant, `flash`, or pane and variant, `B · flash`. */
export function seriesOf({ variant, label }: Pick<Result, 'variant' | 'label'>): string {
  return label === undefined ? variant : `${label} · ${variant}`;
}

/** The series of all results, in order of first appearance. */
export function variantsOf(results: readonly Result[]): string[] {
  return [...new Set(results.map(seriesOf))];
}

/** Results of one family by `problemExtent`, smallest problem first. Only results of one group may be ranked. */
export function byExtent(results: readonly Result[]): Result[][] {
  const groups = new Map<string, Result[]>();
  for (const result of [...results].sort((a, b) => problemSize(a) - problemSize(b))) {
    const extent = problemExtent(result);
    groups.set(extent, [...(groups.get(extent) ?? []), result]);
  }
  return [...groups.values()];
}

/** The distinct problem sizes, ascending. */
export function sizesOf(results: readonly Result[]): number[] {
  return [...new Set(results.map(problemSize))].sort((a, b) => a - b);
}

/**
 * `Work: naive 3 U, tiled 5 U …`: how often variants multiply all rows with all columns, and published figures for the
 * same result; `undefined` where nothing tells its work.
 */
export function workWords(results: readonly Result[]): string | undefined {
  const works = new Map(
    results.flatMap(({ variant, work }) => (work === undefined ? [] : [[variant, work]])),
  );
  const [first] = results;
  if (works.size === 0 || first === undefined) return undefined;
  const { work } = wordsOf(first.operation);
  const words = [...works].map(([variant, count]) => `${variant} ${Math.round(100 * count) / 100} U`);
  const published = work?.published(first.problem) ?? [];
  return [`Work: ${[...words, ...published].join(', ')}.`, ...(work ? [work.unit] : [])].join(' ');
}
