import { broadcastWords } from '../operations/attention/broadcast.ts';
import type { Result } from './report.ts';

type Described = Pick<Result, 'operation' | 'problem' | 'data'>;

/** The size that charts and tables vary: `seqLenKV` for attention, `numRows` for contrastive losses. */
export function problemSize(result: Described): number {
  return number(result, sizeField(result));
}

/**
 * The extent of the problem without words: `1024`, or `32 × 512` where queries and keys, or rows and columns, differ.
 */
export function problemExtent(result: Described): string {
  const [down, across] = isContrastive(result)
    ? [number(result, 'numRows'), number(result, 'numCols')]
    : [number(result, 'seqLenQ'), number(result, 'seqLenKV')];
  return down === across ? String(across) : `${down} × ${across}`;
}

/** The name and unit of `problemSize`, for axes: `seqLenKV, tokens`. */
export function sizeLabel(result: Described): string {
  return isContrastive(result) ? 'numRows, rows' : 'seqLenKV, tokens';
}

/** The problem in a few words: `1024 tokens, 8 heads, headDim 64, causal`. */
export function problemTitle(result: Described): string {
  return [extent(result), problemFamily(result)].join(', ');
}

/** `problemTitle` without the size: problems that differ in nothing else share a chart. */
export function problemFamily(result: Described): string {
  const words = isContrastive(result) ? contrastiveWords(result) : attentionWords(result);
  return [...words, ...(result.data === undefined ? [] : ['own data'])].join(', ');
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

function isContrastive(result: Described): boolean {
  return 'numRows' in result.problem;
}

function sizeField(result: Described): string {
  return isContrastive(result) ? 'numRows' : 'seqLenKV';
}

function extent(result: Described): string {
  if (isContrastive(result)) {
    const [rows, columns] = [number(result, 'numRows'), number(result, 'numCols')];
    return rows === columns ? plural(rows, 'row') : `${rows} × ${columns} rows`;
  }
  const [queries, keys] = [number(result, 'seqLenQ'), number(result, 'seqLenKV')];
  return queries === keys
    ? plural(keys, 'token')
    : `${plural(queries, 'query', 'queries')} × ${plural(keys, 'key')}`;
}

function attentionWords(result: Described): string[] {
  const [heads, kvHeads] = [number(result, 'numHeads'), number(result, 'numKVHeads')];
  const [headDim, headDimV] = [number(result, 'headDim'), number(result, 'headDimV')];
  const batch = number(result, 'batch');
  const { causal, window } = result.problem;
  return [
    ...(batch === 1 ? [] : [`batch ${batch}`]),
    heads === kvHeads ? plural(heads, 'head') : `${heads} heads on ${kvHeads} KV`,
    headDim === headDimV ? `headDim ${headDim}` : `headDim ${headDim}, headDimV ${headDimV}`,
    ...maskWords(causal, window),
    ...Object.entries(result.problem).flatMap(([name, value]) => optionWords(name, value)),
  ];
}

/** Fields that titles leave out, because every attention problem has them or another option implies them. */
const ATTENTION_FIELDS: readonly string[] = [
  ...['batch', 'numHeads', 'numKVHeads', 'seqLenQ', 'seqLenKV'],
  ...['headDim', 'headDimV', 'softmaxScale', 'causal'],
  ...['scoreModGrad', 'cuSeqLensKV'],
];

/** Words for causal and window. `dense` stands only where neither is given. */
function maskWords(causal: unknown, window: unknown): string[] {
  if (typeof causal === 'string') return [causal === 'bottom-right' ? 'causal' : `causal ${causal}`];
  return window === undefined ? ['dense'] : [];
}

/**
 * Words for one option: `softcap 30`, `sinks`, `bias by head × key`. Extents are left out, because they follow the
 * size.
 */
function optionWords(name: string, value: unknown): string[] {
  if (ATTENTION_FIELDS.includes(name) || value === false || value === undefined) return [];
  if (Array.isArray(value)) {
    if (name === 'cuSeqLensQ') return [plural(value.length - 1, 'document')];
    if (name.endsWith('Shape')) {
      const axes = broadcastWords(value.map(Number));
      return [`${name.slice(0, -'Shape'.length)}${axes && ` by ${axes}`}`];
    }
    return [value.length > 4 ? `${value.length} ${name}` : `${name} ${value.join(' ')}`];
  }
  if (name === 'dtype' && typeof value === 'string') return [value];
  if (typeof value === 'string' && value.includes('return')) return [`${name} ${shortened(value)}`];
  return [typeof value === 'number' || typeof value === 'string' ? `${name} ${value}` : name];
}

/** Code as one short line, enough to tell two modifiers apart. The code of a preset begins with its name. */
function shortened(code: string): string {
  const [, preset] = /^\/\/ preset (.*)\n/.exec(code) ?? [];
  if (preset !== undefined) return preset;
  const line = code.replace(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}

function contrastiveWords(result: Described): string[] {
  const { loss, gradients, reduction } = result.problem;
  const wanted = Array.isArray(gradients) ? gradients.map(String) : [];
  return [
    String(loss),
    `embedDim ${number(result, 'embedDim')}`,
    wanted.length === 0 ? 'loss alone' : `gradients ${wanted.join(' ')}`,
    ...(reduction === 'sum' || reduction === 'none' ? [`reduction ${reduction}`] : []),
    ...Object.entries(result.problem).flatMap(([name, value]) =>
      CONTRASTIVE_FIELDS.includes(name) ? [] : optionWords(name, value),
    ),
  ];
}

/** Fields that titles leave out, because every contrastive problem has them or its loss implies them. */
const CONTRASTIVE_FIELDS: readonly string[] = [
  ...['loss', 'numRows', 'numCols', 'embedDim', 'logitScale', 'gradients', 'reduction'],
];

/**
 * How often each variant multiplies all rows with all columns: `Work: naive 3 U, tiled 5 U …`. Where Inf-CL publishes
 * a figure for the same result (two directions, two kernels each), that is added. `undefined` if no result counts its
 * work.
 */
export function workWords(results: readonly Result[]): string | undefined {
  const works = new Map(
    results.flatMap(({ variant, work }) => (work === undefined ? [] : [[variant, work]])),
  );
  const [first] = results;
  if (works.size === 0 || first === undefined) return undefined;
  const words = [...works].map(([variant, work]) => `${variant} ${Math.round(100 * work) / 100} U`);
  const { loss, gradients } = first.problem;
  const wanted = Array.isArray(gradients) ? gradients : [];
  const published =
    loss === 'clip' && wanted.includes('x') && wanted.includes('y') ? ['Inf-CL as published 10 U'] : [];
  return `Work: ${[...words, ...published].join(', ')}. U = 2 · N · M · D FLOP, all rows times all columns once.`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function number(result: Described, field: string): number {
  const value = result.problem[field];
  return typeof value === 'number' ? value : NaN;
}
