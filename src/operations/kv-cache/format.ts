import type { CacheMethod } from './method.ts';
import { formed, type Formed } from './part.ts';
import type { CacheProblem } from './problem.ts';

/** The particulars of a method that has other numbers for all keys. */
export interface Formatted extends Pick<
  CacheMethod,
  'id' | 'title' | 'idea' | 'formula' | 'source' | 'supports'
> {
  readonly params?: CacheMethod['params'];
  readonly forms: (problem: CacheProblem) => Formed;
}

/** A method that keeps all keys and values, in other forms. Selections can take their forms from it. */
export const format = ({ params = [], ...own }: Formatted): CacheMethod => ({
  ...own,
  kind: 'format',
  params,
  parts(problem, given = {}) {
    const forms = own.forms(problem);
    const window = Math.max(forms.window ?? 0, given.window ?? 0);
    return formed(problem.seqLenKV, { ...forms, ...given, window });
  },
});
