import type { Variant } from '../../operation.ts';
import { flash } from '../flash.ts';
import { flattened, type SharedPrefixProblem } from './problem.ts';

export const perEntry: Variant<SharedPrefixProblem> = {
  ...flash,
  id: 'per-entry',
  title: 'Flash, entry by entry',
  idea: 'Give every entry keys of its own, the prefix in front, and walk all of them.',
  defaults: (problem, device) => flash.defaults(flattened(problem), device),
  supports: (problem, params, device) => flash.supports(flattened(problem), params, device),
  plan: (problem, params) => flash.plan(flattened(problem), params),
};
