import type { Variant } from '../../../core/variant.ts';
import { flash } from '../../attention/variants/flash.ts';
import { naive } from '../../attention/variants/naive.ts';
import type { AttentionProblem } from '../../attention/problem.ts';
import { flattened, type SharedPrefixProblem } from '../problem.ts';

/** A variant of plain attention, over keys that hold the prefix once for every entry. */
const overWhole = (
  variant: Variant<AttentionProblem>,
  words: Pick<Variant<AttentionProblem>, 'id' | 'title' | 'idea'>,
): Variant<SharedPrefixProblem> => ({
  ...variant,
  ...words,
  defaults: (problem, device) => variant.defaults(flattened(problem), device),
  supports: (problem, params, device) => variant.supports(flattened(problem), params, device),
  plan: (problem, params) => variant.plan(flattened(problem), params),
});

export const naivePerEntry = overWhole(naive, {
  id: 'naive',
  title: 'Naive, entry by entry',
  idea: 'Give every entry keys of its own, the prefix in front, and write all scores to memory.',
});

export const perEntry = overWhole(flash, {
  id: 'per-entry',
  title: 'Flash, entry by entry',
  idea: 'Give every entry keys of its own, the prefix in front, and walk all of them.',
});
