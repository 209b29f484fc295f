import { OPERATIONS, requireOperation, type OperationId } from '../src/operations/index.ts';

/** What the command line can measure. */
export const operationIds = (): readonly OperationId[] => OPERATIONS.map(({ id }) => id);

/** The first words that the command line takes: a family, one of its operations, or all. */
export const subjects = (): readonly string[] => [
  ...new Set([...OPERATIONS.map(({ family }) => family), ...operationIds(), 'all']),
];

/** In teaching order; the first is the naive baseline. */
export function variantIds(operation: string): readonly string[] {
  return requireOperation(operation).variants.map(({ id }) => id);
}

/**
 * The operations that a subject stands for: those of a family, or the one of that name.
 * @param pass which of attention's; `both` for the usual cases
 */
export function operationsOf(subject: string, pass: 'forward' | 'backward' | 'both'): readonly OperationId[] {
  const isFamily = OPERATIONS.some(({ family }) => family === subject);
  if (!isFamily && subject !== 'all') return [requireOperation(subject).id];
  return OPERATIONS.filter(({ family }) => subject === 'all' || family === subject)
    .filter(({ id, family }) => family !== 'attention' || pass === 'both' || id === PASSES[pass])
    .map(({ id }) => id);
}

/** Attention's operation that options given on the command line shape. */
const PASSES = { forward: 'attention', backward: 'attention-backward' } as const satisfies Record<
  string,
  OperationId
>;
