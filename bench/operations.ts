import { OPERATIONS, requireOperation, type OperationId } from '../src/operations/index.ts';

/** What the command line can be asked for. */
export const SUBJECTS = ['attention', 'contrastive', 'all'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** What the command line can measure. */
export const OPERATION_IDS: readonly OperationId[] = OPERATIONS.map(({ id }) => id);

/** In teaching order; the first is the naive baseline. */
export function variantIds(operation: OperationId): readonly string[] {
  return requireOperation(operation).variants.map(({ id }) => id);
}

/**
 * The operations that belong to a subject.
 * @param pass which of attention's; `both` for the usual cases
 */
export function operationsOf(
  subject: Subject,
  pass: 'forward' | 'backward' | 'both',
): readonly OperationId[] {
  const wanted: Readonly<Record<OperationId, boolean>> = {
    attention: subject !== 'contrastive' && pass !== 'backward',
    'attention-backward': subject !== 'contrastive' && pass !== 'forward',
    'shared-prefix': subject !== 'contrastive' && pass === 'both',
    contrastive: subject !== 'attention',
  };
  return OPERATION_IDS.filter((id) => wanted[id]);
}
