import { attention } from '../src/kernels/attention/operation.ts';
import { contrastive } from '../src/kernels/contrastive/operation.ts';

/** What the command line can measure. */
export const OPERATIONS = { attention, contrastive } as const;

export type OperationId = keyof typeof OPERATIONS;
export const OPERATION_IDS: readonly OperationId[] = ['attention', 'contrastive'];

/** In teaching order; the first is the naive baseline. */
export function variantIds(operation: OperationId): readonly string[] {
  return OPERATIONS[operation].variants.map(({ id }) => id);
}
