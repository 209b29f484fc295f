import type { Params, ParamSpec } from './variant.ts';

/**
 * Parameters that differ from `params` in `steps` of their values, each by one step up or down its choices. A value
 * between two choices, as a computed default may be, steps to either.
 */
export function neighbours(params: Params, specs: readonly ParamSpec[], steps: number): Params[] {
  if (steps === 0) return [params];
  return specs.flatMap((spec, index) => {
    // Each set of parameters is stepped in the order of the list, so that none comes twice.
    const later = specs.slice(index + 1);
    return nextChoices(params[spec.name] ?? NaN, spec.choices).flatMap((value) =>
      neighbours({ ...params, [spec.name]: value }, later, steps - 1),
    );
  });
}

/** The nearest choices below and above a value. */
function nextChoices(value: number, choices: readonly number[]): number[] {
  const below = choices.filter((choice) => choice < value).at(-1);
  const above = choices.find((choice) => choice > value);
  return [below, above].filter((choice) => choice !== undefined);
}

/** Equal for equal parameters, whatever their order. */
export const paramsKey = (params: Params): string =>
  Object.entries(params)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
