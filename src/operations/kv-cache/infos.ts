import type { CacheMethod } from './method.ts';
import { METHODS } from './methods/index.ts';

/** A method as a list of methods tells it. */
export type CacheMethodInfo = Pick<
  CacheMethod,
  'id' | 'kind' | 'title' | 'idea' | 'formula' | 'source' | 'params'
>;

/** All methods in teaching order, as plain data. */
export const cacheMethodInfos = (): CacheMethodInfo[] =>
  METHODS.map(({ id, kind, title, idea, formula, source, params }) => ({
    id,
    kind,
    title,
    idea,
    formula,
    source,
    params,
  }));
