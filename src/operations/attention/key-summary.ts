import { bucketOf, hashingOf, hyperplanes } from './hashing.ts';
import { storedRows } from './pages.ts';
import type { AttentionProblem } from './problem.ts';
import type { AttentionData } from './reference.ts';
import { elementsOf } from './rotation.ts';
import { KEYS_OF_SCORE } from './selected.ts';

/** Neighbouring keys that have one score. */
export const keysOfBlock = ({ selected }: AttentionProblem): number =>
  KEYS_OF_SCORE[selected?.by ?? 'channels'];

/** Blocks of a key/value head that have a summary: whole ones, in fours, as kernels read them. */
export const summaryBlocks = (problem: AttentionProblem): number =>
  problem.selected?.blocks ?? Math.max(4, mostBlocks(problem));

/** Blocks that a summary can be kept of; 0 where there are too few keys. */
export const mostBlocks = (problem: AttentionProblem): number =>
  4 * Math.floor(problem.seqLenKV / (4 * keysOfBlock(problem)));

/** Numbers that sum up a block: the elements of its key, its mean, smallest and largest elements, or its buckets. */
export function summaryLines(problem: AttentionProblem): number {
  const { headDim, selected } = problem;
  if (selected?.by === 'lsh') return hashingOf(problem).tables;
  return selected?.by === 'blocks' ? 2 * headDim : headDim;
}

/** The extents of a summary: lines lie one after another, so that neighbours in memory are blocks. */
export const summaryShape = (problem: AttentionProblem): readonly number[] => [
  problem.batch,
  problem.numKVHeads,
  summaryLines(problem),
  summaryBlocks(problem),
];

/** A number of the summary of a group's keys, in float64. */
export type Summary = (line: number, block: number) => number;

/** The summary of a group's keys: the one that is given, or what it should be. */
export function summaryOf(problem: AttentionProblem, data: AttentionData, group: number): Summary {
  const [lines, blocks] = [summaryLines(problem), summaryBlocks(problem)];
  const { keySummary } = data;
  if (keySummary !== undefined && problem.selected?.summary === 'given') {
    return (line, block) => keySummary[(group * lines + line) * blocks + block] ?? NaN;
  }
  return madeSummary(problem, data, group);
}

/** The summary of a group's keys, as it is made of them. */
export function madeSummary(problem: AttentionProblem, data: AttentionData, group: number): Summary {
  const { selected, seqLenKV, headDim } = problem;
  const size = keysOfBlock(problem);
  const keyAt = elementsOf(problem, data.key, 'key');
  const keyRow = storedRows(problem, data.pageTable, group);
  const element = (key: number, d: number) => keyAt(keyRow(Math.min(key, seqLenKV - 1)), d);
  const vectors: Float64Array[] = [];
  const ofBlock = (block: number, d: number) =>
    Array.from({ length: size }, (_, at) => element(block * size + at, d));
  switch (selected?.by) {
    case 'blocks':
      return (line, block) => Math[line % 2 === 0 ? 'min' : 'max'](...ofBlock(block, Math.floor(line / 2)));
    case 'landmarks':
      return (line, block) => ofBlock(block, line).reduce((sum, value) => sum + value, 0) / size;
    case 'lsh': {
      const planes = hyperplanes(problem);
      return (line, block) => {
        const vector = (vectors[block] ??= Float64Array.from({ length: headDim }, (_, d) =>
          element(block, d),
        ));
        return bucketOf(problem, planes, line, vector).bucket;
      };
    }
    default:
      return (line, block) => element(block, line);
  }
}
