import { normals } from '../../core/random.ts';
import type { AttentionProblem } from './problem.ts';
import type { Hashing } from './selected.ts';

/** Hash tables where nothing else is said: MagicPIG's, for a few percent of the keys. */
export const USUAL_HASHING: Hashing = { bits: 8, tables: 75, seed: 0 };

/** The hash tables of a problem. */
export const hashingOf = ({ selected }: Pick<AttentionProblem, 'selected'>): Hashing =>
  selected?.hashing ?? USUAL_HASHING;

/** The normals of all hyperplanes, [table][bit][headDim]. */
export function hyperplanes(problem: AttentionProblem): Float32Array {
  const { bits, tables, seed } = hashingOf(problem);
  return normals(tables * bits * problem.headDim, seed + 21);
}

/** The bucket of a vector in a table. */
export interface Bucket {
  readonly bucket: number;
  /** Bits that f32 may find otherwise: the vector lies in a hyperplane, as far as it can tell. */
  readonly doubtful: number;
}

/** Relative distance from a hyperplane below which f32 may find either side. */
const DOUBT = 1e-5;

/** The side of each hyperplane of a table on which a vector lies, as bits of a number. */
export function bucketOf(
  problem: AttentionProblem,
  planes: Float32Array,
  table: number,
  vector: Float64Array,
): Bucket {
  const { headDim } = problem;
  const { bits } = hashingOf(problem);
  let [bucket, doubtful] = [0, 0];
  for (let bit = 0; bit < bits; bit++) {
    let [dot, size] = [0, 0];
    for (let d = 0; d < headDim; d++) {
      const term = (vector[d] ?? NaN) * (planes[(table * bits + bit) * headDim + d] ?? NaN);
      dot += term;
      size += Math.abs(term);
    }
    if (dot >= 0) bucket |= 1 << bit;
    if (Math.abs(dot) <= DOUBT * size) doubtful |= 1 << bit;
  }
  return { bucket, doubtful };
}

/**
 * The probability that a key shares a bucket with the queries in two tables or more, where the cosine of the angle between them
 * is known: a hyperplane has both on one side with probability 1 − angle / π.
 */
export function sampleProbability({ bits, tables }: Hashing, cosine: number): number {
  const x = (1 - Math.acos(Math.max(-1, Math.min(1, cosine))) / Math.PI) ** bits;
  // In one table at most; near 1, nothing is left of the difference from it.
  const missed = (1 - x) ** (tables - 1) * (1 + (tables - 1) * x);
  if (missed < 0.5) return 1 - missed;
  let term = ((tables * (tables - 1)) / 2) * x * x * (1 - x) ** (tables - 2);
  let sum = 0;
  for (let hits = 2; hits <= tables; hits++) {
    sum += term;
    term *= (((tables - hits) / (hits + 1)) * x) / (1 - x);
  }
  return sum;
}
