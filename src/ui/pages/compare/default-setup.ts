import { offeredVariants } from '../../../core/bind.ts';
import { requireOperation, type OperationId } from '../../../operations/index.ts';
import { profileOf } from '../../../measure/device.ts';
import type { DeviceReport } from '../../../measure/report.ts';
import type { Fields } from '../../form/fields.ts';
import { problemDefaults, readProblem } from '../../form/problem-forms.ts';
import { shippedPane, type Setup } from './setup.ts';

/** The first variant, which is naive, beside the one that runs where none is named; a few seconds' work. */
export function defaultSetup(operation: OperationId, device?: DeviceReport): Setup {
  const { variants } = requireOperation(operation);
  const fields = problemDefaults(operation, device);
  return {
    operation,
    fields,
    seed: 1,
    budgetMs: 2000,
    yardstick: true,
    panes: [variants[0]?.id ?? '', usualVariant(operation, fields, device)].map(shippedPane),
  };
}

/** The variant that runs where none is named; the last one that needs nothing, as long as the device is not known. */
function usualVariant(operation: OperationId, fields: Fields, device: DeviceReport | undefined): string {
  const { variants, bind } = requireOperation(operation);
  const { problem } = readProblem(operation, fields);
  if (device !== undefined && problem !== undefined) return bind(problem, profileOf(device)).preferred().id;
  return offeredVariants(variants, undefined).at(-1)?.id ?? '';
}
