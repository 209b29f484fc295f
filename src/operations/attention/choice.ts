import { bucketOf, hashingOf, hyperplanes, sampleProbability } from './hashing.ts';
import { summaryBlocks, summaryLines, summaryOf } from './key-summary.ts';
import { groupSize, type AttentionProblem } from './problem.ts';
import { storedRows } from './pages.ts';
import type { AttentionData } from './reference.ts';
import { elementsOf } from './rotation.ts';
import { KEYS_OF_SCORE, type ChoiceMethod } from './selected.ts';
import { visibleKeys } from './visibility.ts';

/** Channels that keys are chosen by: one in eight. */
export const channelsOf = ({ headDim }: Pick<AttentionProblem, 'headDim'>): number => Math.ceil(headDim / 8);

/** The keys of a group that are chosen by scores of their blocks, and those that are met in any case. */
export interface Candidates {
  /** Keys of a block. */
  readonly size: number;
  /** Blocks whose keys are all seen, and have a summary. */
  readonly blocks: readonly number[];
  /** Keys that are seen and in no such block, in order. */
  readonly edges: readonly number[];
  /** Edges for which there is room, the last ones. */
  readonly met: readonly number[];
}

export function candidatesOf(problem: AttentionProblem, group: number): Candidates {
  const { numKVHeads, seqLenQ, selected } = problem;
  const size = KEYS_OF_SCORE[selected?.by ?? 'channels'];
  const entry = Math.floor(group / numKVHeads);
  const { first } = visibleKeys(problem, 0, entry);
  const { end } = visibleKeys(problem, seqLenQ - 1, entry);
  const firstBlock = Math.ceil(first / size);
  const endBlock = Math.max(firstBlock, Math.min(Math.floor(end / size), summaryBlocks(problem)));
  const range = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  const left = Math.min(firstBlock * size, end);
  const edges = [...range(first, left), ...range(Math.max(left, endBlock * size), end)];
  return {
    size,
    blocks: range(firstBlock, endBlock),
    edges,
    met: edges.slice(Math.max(0, edges.length - (selected?.slots ?? 0))),
  };
}

/** The rows of a group's queries as dot products take them, in float64. */
export function queriesOf(problem: AttentionProblem, data: AttentionData, group: number): Float64Array[] {
  const rows = groupSize(problem) * problem.seqLenQ;
  const queryAt = elementsOf(problem, data.query, 'query');
  return Array.from({ length: rows }, (_, row) =>
    Float64Array.from({ length: problem.headDim }, (_, d) => queryAt(group * rows + row, d)),
  );
}

/** The score by which a block of a group's keys is chosen, in float64: the largest over the group's rows. */
export function blockScores(
  problem: AttentionProblem,
  data: AttentionData,
  group: number,
  method: Exclude<ChoiceMethod, 'lsh'>,
): (block: number) => number {
  const { softmaxScale } = problem;
  const summary = summaryOf(problem, data, group);
  const queries = queriesOf(problem, data, group);
  const chosen = method === 'channels' ? largestChannels(problem, queries) : [];
  const scoreOf = (query: Float64Array, block: number): number => {
    if (method === 'channels') {
      return chosen.reduce((sum, d) => sum + (query[d] ?? NaN) * summary(d, block), 0);
    }
    if (method === 'landmarks')
      return query.reduce((sum, element, d) => sum + element * summary(d, block), 0);
    return query.reduce((sum, element, d) => {
      const scaled = softmaxScale * element;
      return (
        sum + Math.max(scaled * summary(2 * d, block), scaled * summary(2 * d + 1, block)) / softmaxScale
      );
    }, 0);
  };
  return (block) => Math.max(...queries.map((query) => softmaxScale * scoreOf(query, block)));
}

/** The channels that are largest in a group's queries; of equal ones the first. */
function largestChannels(problem: AttentionProblem, queries: readonly Float64Array[]): number[] {
  const sizes = Array.from({ length: problem.headDim }, (_, d) => ({
    d,
    size: queries.reduce((sum, query) => sum + Math.abs(query[d] ?? NaN), 0),
  }));
  return sizes
    .sort((a, b) => b.size - a.size || a.d - b.d)
    .slice(0, channelsOf(problem))
    .map(({ d }) => d);
}

/** The fate of a key that hash tables may sample. */
export interface Sample {
  /** Tables in which it surely shares a bucket with the queries, and in which it may. */
  readonly hits: number;
  readonly possible: number;
  /** The weight of the key where it is sampled: −log of the probability. */
  readonly logWeight: number;
}

/**
 * Whether hash tables sample a key, in float64. The queries of a group are hashed as one: their sum. Any key is sampled with a
 * known probability, so that weights make up for it, whatever is hashed. Chen et al., "MagicPIG" (2024).
 */
export function keySamples(
  problem: AttentionProblem,
  data: AttentionData,
  group: number,
): (key: number) => Sample {
  const { headDim } = problem;
  const hashing = hashingOf(problem);
  const planes = hyperplanes(problem);
  const summary = summaryOf(problem, data, group);
  const sum = new Float64Array(headDim);
  for (const query of queriesOf(problem, data, group))
    query.forEach((element, d) => (sum[d] = (sum[d] ?? 0) + element));
  const tables = Array.from({ length: summaryLines(problem) }, (_, table) => table);
  const own = tables.map((table) => bucketOf(problem, planes, table, sum));
  const keyAt = elementsOf(problem, data.key, 'key');
  const keyRow = storedRows(problem, data.pageTable, group);
  const length = Math.hypot(...sum);
  const isGiven = problem.selected?.summary === 'given';
  return (key) => {
    const vector = Float64Array.from({ length: headDim }, (_, d) => keyAt(keyRow(key), d));
    let [hits, possible] = [0, 0];
    for (const table of tables) {
      const { bucket = NaN, doubtful = 0 } = own[table] ?? {};
      const theirs = isGiven
        ? { bucket: summary(table, key), doubtful: 0 }
        : bucketOf(problem, planes, table, vector);
      const differ = bucket ^ theirs.bucket;
      const unsure = doubtful | theirs.doubtful;
      if ((differ & ~unsure) !== 0) continue;
      possible++;
      if (differ === 0 && unsure === 0) hits++;
    }
    const dot = vector.reduce((total, element, d) => total + element * (sum[d] ?? NaN), 0);
    const cosine = dot / (length * Math.hypot(...vector));
    return { hits, possible, logWeight: -Math.log(sampleProbability(hashing, cosine)) };
  };
}
