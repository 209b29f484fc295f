import type { MeasureCase } from '../../measure/measure-plan.ts';
import type { AttentionArgs } from '../../operations/attention/api.ts';
import type { ContrastiveArgs } from '../../operations/contrastive/api.ts';

/** What own data are run with: everything of the page's form that does not depend on sizes. */
export type OwnSettings =
  | {
      readonly operation: 'attention' | 'attention-backward';
      readonly options: Pick<AttentionArgs, 'causal' | 'window' | 'softcap'>;
    }
  | {
      readonly operation: 'contrastive';
      readonly options: Pick<ContrastiveArgs, 'loss' | 'logitScale' | 'normalize' | 'gradients'>;
    };

export type OwnOperation = OwnSettings['operation'];

/** The settings that a case of a page's plan was made of; `undefined` of operations that take no files. */
export function ownSettings(item: MeasureCase): OwnSettings | undefined {
  switch (item.operation) {
    case 'attention':
    case 'attention-backward': {
      const { causal = false, window, softcap } = item.problem;
      return {
        operation: item.operation,
        options: { causal, ...(window && { window }), ...(softcap !== undefined && { softcap }) },
      };
    }
    case 'contrastive': {
      const { loss = 'clip', logitScale = 1 / 0.07, normalize = false, gradients = [] } = item.problem;
      return { operation: item.operation, options: { loss, logitScale, normalize, gradients } };
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
    return typeof value === 'string' ? [`${name} ${value}`] : [];
  });
  return words.join(', ') || 'no mask';
}
