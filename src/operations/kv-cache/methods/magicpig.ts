import { normals } from '../../../core/random.ts';
import { ceilDiv } from '../../../core/plan.ts';
import { sampleProbability } from '../../attention/hashing.ts';
import { kept } from '../budget.ts';
import type { CacheData } from '../data.ts';
import type { CacheMethod } from '../method.ts';
import { EXACT, formed } from '../part.ts';
import { groupsOf, rowsPerGroup, type CacheProblem } from '../problem.ts';
import { topKeys } from '../top-keys.ts';
import { budget, recent, sinks } from './params.ts';

const hashingOf = ({ params }: CacheProblem) => ({
  bits: params['hashBits'] ?? 8,
  tables: params['tables'] ?? 75,
  seed: params['seed'] ?? 0,
});

/** Words that the buckets of a key take: a byte for each table. */
const wordsOf = (problem: CacheProblem): number => ceilDiv(hashingOf(problem).tables, 4);

export const magicpig: CacheMethod = {
  id: 'magicpig',
  kind: 'selection',
  title: 'MagicPIG',
  idea: 'The best keys are always the same, and what they leave out is never seen. Hash tables sample keys instead: one is read if it shares a bucket with the query in two tables, and the inverse of the probability of that is its weight. So sums are right on average. The first and last keys are read in any case. A budget is room: where more are sampled, the likeliest are read.',
  formula: 'read if k and q share a bucket in two tables,  probability p;  score = q · k / √d − log p',
  source: 'Chen et al., "MagicPIG: LSH Sampling for Efficient LLM Generation" (2024)',
  params: [
    budget,
    { name: 'hashBits', about: 'hyperplanes of each hash table', initial: 8, least: 1, most: 8, whole: true },
    { name: 'tables', about: 'hash tables', initial: 75, least: 2, most: 1024, whole: true },
    { name: 'window', about: 'last queries that are asked', initial: 64, least: 1, whole: true },
    sinks,
    { ...recent, initial: 16 },
    { name: 'seed', about: 'other hyperplanes', initial: 1, least: 0, whole: true },
  ],
  parts(problem, given = {}) {
    const { seqLenKV, headDim, params } = problem;
    const groups = groupsOf(problem);
    return formed(
      kept(seqLenKV, params),
      { ...EXACT, ...given },
      {
        ...{ listed: true, weighted: true, stored: seqLenKV },
        beside: [
          { name: 'centre', dtype: 'f32', count: groups * headDim },
          { name: 'buckets', dtype: 'u32', count: groups * seqLenKV * wordsOf(problem) },
        ],
      },
    );
  },
  choose(problem, data) {
    const { seqLenKV, params } = problem;
    const { sinks: first = 0, recent: last = 0 } = params;
    const count = kept(seqLenKV, params);
    const centre = new Float32Array(groupsOf(problem) * problem.headDim);
    const buckets = new Uint8Array(4 * groupsOf(problem) * seqLenKV * wordsOf(problem));
    const positions = new Int32Array(groupsOf(problem) * count).fill(-1);
    const logWeights = new Float32Array(positions.length);
    for (let group = 0; group < groupsOf(problem); group++) {
      const probabilities = sampled(problem, data, group, { centre, buckets });
      const scores = probabilities.map((p, key) =>
        key < first || key >= seqLenKV - last ? Infinity : p > 0 ? p : -Infinity,
      );
      const own = topKeys(scores, count).filter((key) => scores[key] !== -Infinity);
      positions.set(own, group * count);
      logWeights.set(
        Array.from(own, (key) => (scores[key] === Infinity ? 0 : -Math.log(scores[key] ?? NaN))),
        group * count,
      );
    }
    return { positions, logWeights, beside: { centre, buckets: new Uint32Array(buckets.buffer) } };
  },
};

/**
 * The probability with which each key of a group is sampled, 0 for those that are not. Keys are hashed less their mean, which changes no
 * attention, and the queries that are asked as one: their sum. Any probability that is known makes up for what it leaves out.
 * @param into the mean and the buckets of the keys are written there
 */
function sampled(
  problem: CacheProblem,
  { query, key }: CacheData,
  group: number,
  { centre, buckets }: { readonly centre: Float32Array; readonly buckets: Uint8Array },
): Float64Array {
  const { seqLenQ, seqLenKV, headDim, params } = problem;
  const hashing = hashingOf(problem);
  const { bits, tables } = hashing;
  const planes = Float64Array.from(normals(tables * bits * headDim, hashing.seed + 21));
  const asked = new Float64Array(headDim);
  for (let row = group * rowsPerGroup(problem); row < (group + 1) * rowsPerGroup(problem); row++) {
    if (row % seqLenQ < seqLenQ - (params['window'] ?? 1)) continue;
    for (let d = 0; d < headDim; d++) asked[d] = (asked[d] ?? NaN) + (query[row * headDim + d] ?? NaN);
  }
  const mean = new Float64Array(headDim);
  for (let at = group * seqLenKV * headDim; at < (group + 1) * seqLenKV * headDim; at++) {
    const d = at % headDim;
    mean[d] = (mean[d] ?? NaN) + (key[at] ?? NaN) / seqLenKV;
  }
  centre.set(mean, group * headDim);
  const own = Uint8Array.from({ length: tables }, (_, table) => bucketOf(asked, planes, table, bits));
  const length = Math.hypot(...asked);
  const vector = new Float64Array(headDim);
  return Float64Array.from({ length: seqLenKV }, (_, token) => {
    let [dot, squares] = [0, 0];
    for (let d = 0; d < headDim; d++) {
      const element =
        (key[(group * seqLenKV + token) * headDim + d] ?? NaN) - (centre[group * headDim + d] ?? NaN);
      vector[d] = element;
      dot += element * (asked[d] ?? NaN);
      squares += element * element;
    }
    const first = (group * seqLenKV + token) * 4 * wordsOf(problem);
    let hits = 0;
    for (let table = 0; table < tables; table++) {
      const bucket = bucketOf(vector, planes, table, bits);
      buckets[first + table] = bucket;
      if (bucket === own[table]) hits++;
    }
    return hits < 2 ? 0 : sampleProbability(hashing, dot / (length * Math.sqrt(squares)));
  });
}

/** The side of each hyperplane of a table on which a vector lies, as bits of a number. */
function bucketOf(vector: Float64Array, planes: Float64Array, table: number, bits: number): number {
  const size = vector.length;
  let bucket = 0;
  for (let bit = 0; bit < bits; bit++) {
    const plane = (table * bits + bit) * size;
    let dot = 0;
    for (let d = 0; d < size; d++) dot += (vector[d] ?? NaN) * (planes[plane + d] ?? NaN);
    if (dot >= 0) bucket |= 1 << bit;
  }
  return bucket;
}
