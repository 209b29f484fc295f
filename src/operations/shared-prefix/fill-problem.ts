import { requireCount } from '../../core/checks.ts';
import { ShapeError, UnsupportedError } from '../../core/errors.ts';
import { isSet } from '../../core/option-table.ts';
import { attentionProblem } from '../attention/fill-problem.ts';
import { attentionOptions } from '../attention/options/index.ts';
import { sharedPrefixOptions } from './options.ts';
import type { SharedPrefixProblem } from './problem.ts';

const NAMES = sharedPrefixOptions.map(({ name }) => name);
/** Options of attention that go by places of keys or by heads, which parts of a sequence count anew. */
const REFUSED = attentionOptions.filter(({ name }) => !NAMES.includes(name));

/**
 * Fills in defaults as `attentionProblem` does, but causal (bottom-right); half of the keys are shared by default.
 * @throws ShapeError; UnsupportedError naming an option that attention has and a shared prefix has not
 */
export function sharedPrefixProblem(partial: Partial<SharedPrefixProblem>): SharedPrefixProblem {
  const problem = attentionProblem({ causal: 'bottom-right', ...partial });
  const refused = REFUSED.find((row) => isSet(row, problem));
  if (refused !== undefined) {
    throw new UnsupportedError(`${refused.name}: not over a shared prefix`, refused.name);
  }
  const { seqLenQ, seqLenKV } = problem;
  const prefixLen = partial.prefixLen ?? Math.floor(seqLenKV / 2);
  requireCount('prefixLen', prefixLen);
  if (prefixLen + seqLenQ > seqLenKV) {
    throw new ShapeError(
      'prefixLen',
      `at most seqLenKV − seqLenQ = ${seqLenKV - seqLenQ}`,
      String(prefixLen),
    );
  }
  return { ...problem, prefixLen };
}
