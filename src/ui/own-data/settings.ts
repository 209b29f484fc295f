import { optionWords } from '../../core/words.ts';
import type { MeasureCase } from '../../measure/measure-plan.ts';
import type { OperationId } from '../../operations/list.ts';
import { requireOperation } from '../../operations/registry.ts';

/** The operation that runs own data, and the arguments that the page's form sets whatever the size of the data. */
export interface OwnSettings {
  readonly operation: OperationId;
  readonly options: object;
}

/** The settings that a case of a page's plan was made of; `undefined` of operations that take no files. */
export function ownSettings({ operation, problem }: MeasureCase): OwnSettings | undefined {
  const { ownData, options } = requireOperation(operation);
  if (ownData === undefined) return undefined;
  const names: readonly string[] = [
    ...options.flatMap(({ name, anySize }) => (anySize === true ? [name] : [])),
    ...(ownData.fields ?? []),
  ];
  const fields = Object.entries(problem).filter(
    ([name, value]) => names.includes(name) && value !== undefined,
  );
  return { operation, options: Object.fromEntries(fields) };
}

/** `causal bottom-right, window 128 0`: the options in words. */
export function settingsWords({ options }: OwnSettings): string {
  const words = Object.entries(options).flatMap(([name, value]: [string, unknown]) => {
    if (value === true) return [name];
    if (Array.isArray(value)) return [`${name} ${value.join(' ') || 'none'}`];
    if (typeof value === 'number') return [`${name} ${Number(value.toPrecision(4))}`];
    return optionWords(name, value);
  });
  return words.join(', ') || 'no options';
}
