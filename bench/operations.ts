import { findOperation, OPERATIONS, type OperationId } from '../src/kernels/registry.ts';
import { UsageError } from './errors.ts';

/** What the command line can be asked for. */
export const SUBJECTS = ['attention', 'contrastive', 'all'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** What the command line can measure. */
export const OPERATION_IDS: readonly OperationId[] = OPERATIONS.map(({ id }) => id);

/** In teaching order; the first is the naive baseline. None: the operation is not built. */
export function variantIds(operation: OperationId): readonly string[] {
  return findOperation(operation)?.variants.map(({ id }) => id) ?? [];
}

/**
 * The operations that belong to a subject, of those that are built.
 * @param pass which of attention's; `both` for the usual cases
 * @throws UsageError if the pass is not built
 */
export function operationsOf(
  subject: Subject,
  pass: 'forward' | 'backward' | 'both',
): readonly OperationId[] {
  const wanted: Readonly<Record<OperationId, boolean>> = {
    attention: subject !== 'contrastive' && pass !== 'backward',
    'attention-backward': subject !== 'contrastive' && pass !== 'forward',
    contrastive: subject !== 'attention',
  };
  if (pass === 'backward' && !OPERATION_IDS.includes('attention-backward')) {
    throw new UsageError(`--backward: there is no operation 'attention-backward' in this version`);
  }
  return OPERATION_IDS.filter((id) => wanted[id]);
}
