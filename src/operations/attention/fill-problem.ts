import { requireCount } from '../../core/checks.ts';
import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import { checkFields, givenFields } from '../../core/option-table.ts';
import { attentionOptions } from './options/index.ts';
import { MAX_HEAD_DIM, type AttentionProblem } from './problem.ts';

/**
 * Fills in defaults (batch 1, heads 1, seqLenKV = seqLenQ, headDim 64, headDimV = headDim,
 * softmaxScale 1/√headDim, dense) and checks.
 * @throws ShapeError on a value that cannot be, UnsupportedError on one that is not built
 */
export function attentionProblem(partial: Partial<AttentionProblem>): AttentionProblem {
  const numHeads = partial.numHeads ?? 1;
  const seqLenQ = partial.seqLenQ ?? 1;
  const headDim = partial.headDim ?? 64;
  const { softmaxScale = 1 / Math.sqrt(headDim) } = partial;
  const problem: AttentionProblem = {
    batch: partial.batch ?? 1,
    numHeads,
    numKVHeads: partial.numKVHeads ?? numHeads,
    seqLenQ,
    seqLenKV: partial.seqLenKV ?? seqLenQ,
    headDim,
    headDimV: partial.headDimV ?? headDim,
    softmaxScale,
    causal: partial.causal ?? false,
    ...givenFields(attentionOptions, partial),
  };
  const counts = ['batch', 'numHeads', 'numKVHeads', 'seqLenQ', 'seqLenKV', 'headDim', 'headDimV'] as const;
  for (const name of counts) requireCount(name, problem[name]);
  if (problem.numHeads % problem.numKVHeads !== 0) {
    throw new ShapeError(
      'numHeads',
      `a multiple of numKVHeads = ${problem.numKVHeads}`,
      `${problem.numHeads}`,
    );
  }
  for (const name of ['headDim', 'headDimV'] as const) {
    if (problem[name] > MAX_HEAD_DIM) {
      const reason = `${name} ${problem[name]} is more than ${MAX_HEAD_DIM}, the largest built`;
      throw new UnsupportedError(reason, name);
    }
  }
  checkFields(attentionOptions, problem);
  return problem;
}
