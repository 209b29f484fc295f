import { requireOperation, type OperationId } from '../../../operations/index.ts';
import type { DeviceReport } from '../../../measure/report.ts';
import { problemDefaults } from '../../form/problem-forms.ts';
import { shippedPane, type Setup } from './setup.ts';

/** Shown first beside the naive variant. */
const FAVOURITES = ['flash', 'tiled', 'hydragen'];

/** The first variant, which is naive, beside the one that is best by default; a few seconds' work. */
export function defaultSetup(operation: OperationId, device?: DeviceReport): Setup {
  const { variants } = requireOperation(operation);
  const [naive] = variants;
  const other = variants.find(({ id }) => FAVOURITES.includes(id)) ?? variants.at(-1);
  return {
    operation,
    fields: problemDefaults(operation, device),
    seed: 1,
    budgetMs: 2000,
    yardstick: true,
    panes: [naive, other].map((variant) => shippedPane(variant?.id ?? '')),
  };
}
