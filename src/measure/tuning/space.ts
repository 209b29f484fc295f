import type { ParamSpec } from '../../core/variant.ts';
import { requireOperation } from '../../operations/registry.ts';

/** A variant's declared parameters as text, to notice that they have changed. */
export const spaceOf = (specs: readonly ParamSpec[]): string =>
  specs.map(({ name, choices }) => `${name} ${choices.join('|')}`).join('; ');

/** The declared parameters of a variant; none if the operation does not have it. */
export function specsOf(operation: string, variant: string): readonly ParamSpec[] {
  const { variants } = requireOperation(operation);
  return variants.find(({ id }) => id === variant)?.params ?? [];
}
