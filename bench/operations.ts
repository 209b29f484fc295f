import {
  FIRST_OPERATION,
  OPERATIONS,
  requireOperation,
  type ListedOperation,
  type OperationId,
} from '../src/operations/index.ts';

/** The operations that the command line measures, in teaching order. */
export const operationIds = (): readonly OperationId[] => OPERATIONS.map(({ id }) => id);

/** The first words that the command line takes: an operation, in teaching order, a family, or all. */
export const subjects = (): readonly string[] => [
  ...new Set([...operationIds(), ...OPERATIONS.map(({ family }) => family), 'all']),
];

/** In teaching order; the first is the naive baseline. */
export function variantIds(operation: string): readonly string[] {
  return requireOperation(operation).variants.map(({ id }) => id);
}

/** The family that flags without a subject speak of. */
export const MAIN_FAMILY = requireOperation(FIRST_OPERATION).family;

const isBackward = ({ backwardOf }: ListedOperation): boolean => backwardOf !== undefined;

/** The gradients of a family that are operations of their own. */
export const backwardOf = (family: string): readonly ListedOperation<OperationId>[] =>
  OPERATIONS.filter((operation) => operation.family === family && isBackward(operation));

/** Which operations of a family: its first, its gradients in place of the others, or every one. */
export type Pass = 'forward' | 'backward' | 'every';

/** The operations that a subject stands for. `all` is every operation, or gradients where a family has them. */
export function operationsOf(subject: string, pass: Pass): readonly OperationId[] {
  const isFamily = OPERATIONS.some(({ family }) => family === subject);
  if (!isFamily && subject !== 'all') return [requireOperation(subject).id];
  const members = OPERATIONS.filter(({ family }) => subject === 'all' || family === subject);
  return idsOf(
    pass === 'backward'
      ? members.filter((one) => isBackward(one) || backwardOf(one.family).length === 0)
      : pass === 'forward' && isFamily
        ? members.slice(0, 1)
        : members,
  );
}

const idsOf = (operations: readonly ListedOperation<OperationId>[]): OperationId[] =>
  operations.map(({ id }) => id);
