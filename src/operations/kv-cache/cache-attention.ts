import { UnsupportedError } from '../../core/errors.ts';
import { requireKnown } from '../../core/known-arguments.ts';
import { sizeOf } from '../../core/tensor.ts';
import { wholePart } from './encode.ts';
import { exact } from './methods/exact.ts';
import { attendRow, rowCount } from './reference.ts';
import { readStudy, type CacheStudyArgs } from './study.ts';

/** The arguments of `cacheStudy` that probabilities of attention depend on: all but values and methods. */
export type CacheAttentionArgs = Pick<CacheStudyArgs, 'query' | 'key' | 'causal' | 'rope'>;

/** The matrix P = softmax(scores) of attention. */
export interface CacheAttention {
  /** [batch, numHeads, seqLenQ, seqLenKV] */
  readonly shape: readonly number[];
  /** Probabilities by the position of the key; 0 where a query does not see it. */
  readonly data: Float64Array;
}

/** The matrix takes half a GiB at most. */
const MOST_NUMBERS = 2 ** 26;

/**
 * Attention of every query over the exact cache, in float64.
 * @throws ShapeError naming the argument, UnsupportedError if the matrix is too large to be looked at
 */
export function cacheAttention(args: CacheAttentionArgs): CacheAttention {
  requireKnown(args, ['query', 'key', 'causal', 'rope'], { q: 'query', k: 'key' });
  // Probabilities do not depend on the values, which a study asks for.
  const { data, methods } = readStudy({ ...args, value: args.key, methods: [{ id: exact.id }] });
  const problem = methods[0]?.problem;
  if (problem === undefined) throw new RangeError('a study has a method');
  const { batch, numHeads, seqLenQ, seqLenKV } = problem;
  const shape = [batch, numHeads, seqLenQ, seqLenKV];
  if (sizeOf(shape) > MOST_NUMBERS) {
    throw new UnsupportedError(`${shape.join(' × ')} probabilities: no more than 2^26 are computed at once`);
  }
  const parts = [
    wholePart(problem, { keys: new Float64Array(data.key), values: new Float64Array(data.value) }),
  ];
  const matrix = new Float64Array(sizeOf(shape));
  for (let row = 0; row < rowCount(problem); row++) {
    matrix.set(attendRow(problem, data.query, parts, row).probabilities, row * seqLenKV);
  }
  return { shape, data: matrix };
}
