import { isInteger, requireCount } from '../../core/checks.ts';
import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import { MAX_HEAD_DIM } from '../attention/problem.ts';
import { fillFormats } from './given-forms.ts';
import { methodOf } from './methods/index.ts';
import { fillParams } from './methods/params.ts';
import type { CacheProblem } from './problem.ts';

/**
 * Fills in defaults and checks.
 * @throws ShapeError on a value that cannot be, UnsupportedError on one that is not built or that the method cannot do
 */
export function cacheProblem(partial: Partial<CacheProblem>): CacheProblem {
  const { numHeads = 1, seqLenQ = 1, headDim = 64, method: id = 'exact' } = partial;
  const method = methodOf(id);
  const problem: CacheProblem = {
    batch: partial.batch ?? 1,
    numHeads,
    numKVHeads: partial.numKVHeads ?? numHeads,
    seqLenQ,
    seqLenKV: partial.seqLenKV ?? seqLenQ,
    headDim,
    headDimV: partial.headDimV ?? headDim,
    softmaxScale: partial.softmaxScale ?? 1 / Math.sqrt(headDim),
    causal: partial.causal ?? false,
    method: id,
    params: fillParams(method.params, partial.params ?? {}),
  };
  for (const name of ['batch', 'numHeads', 'numKVHeads', 'seqLenQ', 'seqLenKV'] as const) {
    requireCount(name, problem[name]);
  }
  if (problem.numHeads % problem.numKVHeads !== 0) {
    throw new ShapeError(
      'numHeads',
      `a multiple of numKVHeads = ${problem.numKVHeads}`,
      `${problem.numHeads}`,
    );
  }
  for (const name of ['headDim', 'headDimV'] as const) {
    if (!isInteger(problem[name], 1, MAX_HEAD_DIM) || problem[name] % 4 !== 0) {
      throw new UnsupportedError(
        `caches are read four elements at a time: ${name} must be a multiple of 4 up to ${MAX_HEAD_DIM}, not ${problem[name]}`,
        name,
      );
    }
  }
  const fits = method.supports?.(problem) ?? true;
  if (fits !== true) throw new UnsupportedError(`${id}: ${fits}`, 'methods');
  return fillFormats(problem, partial);
}
