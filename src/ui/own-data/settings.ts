import { optionWords } from '../../core/words.ts';
import type { MeasureCase } from '../../measure/measure-plan.ts';
import type { AttentionArgs } from '../../operations/attention/api.ts';
import type { ContrastiveArgs } from '../../operations/contrastive/api.ts';
import { requireOperation } from '../../operations/index.ts';

/** Fields of a problem that are arguments of a call as they stand, whatever the sizes. */
const CONTRASTIVE_NAMES = [
  ...(['logitBias', 'margin', 'labelSmoothing', 'falseNegativeMargin'] as const),
  ...(['sigma', 'metrics', 'hardest', 'reduction'] as const),
];

/** The fields that were asked for, as they stand. */
const picked = <Problem extends object, Name extends keyof Problem>(
  problem: Problem,
  names: readonly Name[],
) =>
  Object.fromEntries(
    names.flatMap((name) => (problem[name] === undefined ? [] : [[name, problem[name]]])),
  ) as Pick<Problem, Name>;

/** What own data are run with: everything of the page's form that does not depend on sizes. */
export type OwnSettings =
  | {
      readonly operation: 'attention' | 'attention-backward';
      readonly options: Omit<AttentionArgs, 'query' | 'key' | 'value'>;
    }
  | {
      readonly operation: 'contrastive';
      readonly options: Pick<
        ContrastiveArgs,
        'loss' | 'logitScale' | 'normalize' | 'gradients' | (typeof CONTRASTIVE_NAMES)[number]
      >;
    };

export type OwnOperation = OwnSettings['operation'];

/** The fields of options that suit data of any size. */
function anySizeFields(operation: string, problem: object): object {
  const rows = requireOperation(operation).options.filter(({ anySize }) => anySize === true);
  const names: readonly string[] = rows.map(({ name }) => name);
  return Object.fromEntries(Object.entries(problem).filter(([name]) => names.includes(name)));
}

/** The settings that a case of a page's plan was made of; `undefined` of operations that take no files. */
export function ownSettings(item: MeasureCase): OwnSettings | undefined {
  switch (item.operation) {
    case 'attention':
    case 'attention-backward': {
      return { operation: item.operation, options: anySizeFields(item.operation, item.problem) };
    }
    case 'contrastive': {
      const { loss = 'clip', logitScale = 1 / 0.07, normalize = false, gradients = [] } = item.problem;
      const common = { loss, logitScale, normalize, gradients };
      return {
        operation: item.operation,
        options: { ...common, ...picked(item.problem, CONTRASTIVE_NAMES) },
      };
    }
    default:
      return undefined;
  }
}

/** `causal bottom-right, window 128 0`: what of the form holds for own data too. */
export function settingsWords({ options }: OwnSettings): string {
  const words = Object.entries(options).flatMap(([name, value]: [string, unknown]) => {
    if (value === true) return [name];
    if (Array.isArray(value)) return [`${name} ${value.join(' ') || 'none'}`];
    if (typeof value === 'number') return [`${name} ${Number(value.toPrecision(4))}`];
    return optionWords(name, value);
  });
  return words.join(', ') || 'no mask';
}
