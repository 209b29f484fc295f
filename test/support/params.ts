import type { Params, ParamSpec } from '../../src/core/variant.ts';

type Named = Pick<ParamSpec, 'name'>;

/** Those of the parameters that a variant has. */
export const knownParams = (specs: readonly Named[], params: Params): Params =>
  Object.fromEntries(Object.entries(params).filter(([name]) => specs.some((spec) => spec.name === name)));

/** Whether a variant has each of the parameters. */
export const hasAll = (specs: readonly Named[], params: Params): boolean =>
  Object.keys(params).every((name) => specs.some((spec) => spec.name === name));
