import { UnsupportedError } from '../core/errors.ts';
import { attentionBackward } from './attention-backward/operation.ts';
import { attentionBackwardProblem, type AttentionBackwardProblem } from './attention-backward/problem.ts';
import { attention } from './attention/operation.ts';
import { attentionProblem, type AttentionProblem } from './attention/problem.ts';
import { sharedPrefix } from './shared-prefix/operation.ts';
import { sharedPrefixProblem, type SharedPrefixProblem } from './shared-prefix/problem.ts';
import { bind, type BoundProblem } from '../core/bind.ts';
import { contrastive } from './contrastive/operation.ts';
import { contrastiveProblem, type ContrastiveProblem } from './contrastive/problem.ts';
import type { DeviceProfile } from '../core/device-profile.ts';
import type { Operation } from '../core/operation.ts';
import type { Variant } from '../core/variant.ts';

/** The problem of each operation, by its id. */
export interface Problems {
  readonly attention: AttentionProblem;
  readonly 'attention-backward': AttentionBackwardProblem;
  readonly 'shared-prefix': SharedPrefixProblem;
  readonly contrastive: ContrastiveProblem;
}

export type OperationId = keyof Problems;

/** An operation that can be measured, without the type of its problem. */
export interface RegisteredOperation<Id extends OperationId = OperationId> {
  readonly id: Id;
  readonly title: string;
  /** In teaching order; the first is the naive baseline. */
  readonly variants: readonly Pick<Variant<unknown>, 'id' | 'title' | 'idea' | 'params'>[];
  /** A small problem, to ask a device what it can run. */
  readonly example: object;
  /** Fills in the rest of a problem. @throws ShapeError, UnsupportedError as the problem's constructor does */
  readonly bind: (partial: object, device: DeviceProfile) => BoundProblem;
}

/** What pages, command line and measuring iterate over. Adding an operation is one line here. */
export const OPERATIONS: readonly RegisteredOperation[] = [
  register('attention', attention, attentionProblem, { seqLenQ: 64 }),
  register('attention-backward', attentionBackward, attentionBackwardProblem, { seqLenQ: 64 }),
  register('shared-prefix', sharedPrefix, sharedPrefixProblem, { batch: 2, seqLenKV: 64 }),
  register('contrastive', contrastive, contrastiveProblem, { numRows: 64 }),
];

/** @throws UnsupportedError if there is no such operation */
export function requireOperation<Id extends OperationId>(id: Id): RegisteredOperation<Id> {
  const isIt = (operation: RegisteredOperation): operation is RegisteredOperation<Id> => operation.id === id;
  const found = OPERATIONS.find(isIt);
  if (found !== undefined) return found;
  const known = OPERATIONS.map((operation) => operation.id).join(', ');
  throw new UnsupportedError(`there is no operation '${id}'; there are ${known}`);
}

function register<Id extends OperationId>(
  id: Id,
  operation: Operation<Problems[Id]>,
  problemOf: (partial: Partial<Problems[Id]>) => Problems[Id],
  example: Partial<Problems[Id]>,
): RegisteredOperation<Id> {
  return {
    id,
    title: operation.title,
    variants: operation.variants,
    example,
    bind: (partial, device) => bind(operation, problemOf(partial), device),
  };
}
