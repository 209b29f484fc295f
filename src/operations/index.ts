import { bind, type BoundProblem } from '../core/bind.ts';
import type { DeviceProfile } from '../core/device-profile.ts';
import { UnsupportedError } from '../core/errors.ts';
import { NOT_MODIFIABLE, type Modifiable } from '../core/modifiers.ts';
import type { Bench, Call, Operation, OwnData, Words } from '../core/operation.ts';
import type { Option } from '../core/option.ts';
import type { Variant } from '../core/variant.ts';
import { plainWords } from '../core/words.ts';
import { attentionBackward } from './attention-backward/operation.ts';
import { attention } from './attention/operation.ts';
import { contrastive } from './contrastive/operation.ts';
import { lateInteraction } from './late-interaction/operation.ts';
import { mergeStates } from './merge-states/operation.ts';
import { retrieve } from './retrieve/operation.ts';
import { sharedPrefix } from './shared-prefix/operation.ts';

/** An operation of the list, without the type of its problem. */
export interface ListedOperation<
  Id extends string = string,
  Problem = object,
  Args = unknown,
  Result = object,
> {
  readonly id: Id;
  readonly title: string;
  readonly family: string;
  /** The id of the operation of its family whose gradients it computes. */
  readonly backwardOf?: string;
  /** In teaching order; the first is the naive baseline. */
  readonly variants: readonly Pick<Variant<unknown>, 'id' | 'title' | 'idea' | 'params' | 'needs'>[];
  /** Every way to shape a problem, in the order in which they do. */
  readonly options: readonly Option<object>[];
  /** A small problem, to ask a device what it can run. */
  readonly example: object;
  /** The functions of the user's own that it takes. */
  readonly modifiers: Modifiable;
  readonly words: Words;
  readonly bench: Bench<Problem>;
  /** Fills in the rest of a problem. @throws ShapeError, UnsupportedError as the problem's constructor does */
  readonly problem: (partial: object) => Problem;
  readonly bind: (partial: object, device: DeviceProfile) => BoundProblem;
  /** Bytes of the matrix that tiled variants do not keep, of a problem whose rest is filled in. */
  readonly matrixBytes: (partial: object) => number;
  readonly ownData?: OwnData;
  needsValues?(args: Args): boolean;
  /** Checks a call's arguments and splits them. @throws as `Operation.call` */
  call(args: Args): Call<Problem, Result>;
}

/** Pages, command line and measuring iterate over this list, in teaching order. To add an operation, add a line. */
const LIST = [
  listed(attention),
  listed(attentionBackward),
  listed(sharedPrefix),
  listed(mergeStates),
  listed(contrastive),
  listed(retrieve),
  listed(lateInteraction),
] as const;

type Listed = (typeof LIST)[number];
export type OperationId = Listed['id'];
type Of<Id extends OperationId> = Extract<Listed, { readonly id: Id }>;

/** What each operation's problem, arguments and result are, by its id. */
export type ProblemOf<Id extends OperationId> = ReturnType<Of<Id>['problem']>;
export type ArgsOf<Id extends OperationId> = Parameters<Of<Id>['call']>[0];
export type ResultOf<Id extends OperationId> = ReturnType<ReturnType<Of<Id>['call']>['result']>;

const operations: ListedOperation<OperationId>[] = [...LIST];

/** All operations, in teaching order. */
export const OPERATIONS: readonly ListedOperation<OperationId>[] = operations;

/** The one that pages begin with, and that flags without a subject speak of. */
export const FIRST_OPERATION: OperationId = LIST[0].id;

/**
 * Puts an operation at the end of the list, for experiments and tests: whatever iterates over the list takes it up.
 * @returns what takes it off the list again
 * @throws UnsupportedError if there is one of that id
 */
export function registerOperation<Problem extends object, Args, Result extends object>(
  operation: Operation<Problem, Args, Result>,
): () => void {
  if (operations.some(({ id }) => id === operation.id)) {
    throw new UnsupportedError(`there is an operation '${operation.id}' already`);
  }
  // Its id is known from here on, if not to the compiler.
  const added = listed(operation) as ListedOperation<OperationId>;
  operations.push(added);
  return () => {
    operations.splice(operations.indexOf(added), 1);
  };
}

/** @throws UnsupportedError if there is no such operation */
export function requireOperation(id: string): ListedOperation<OperationId> {
  const found = operations.find((operation) => operation.id === id);
  if (found !== undefined) return found;
  const known = operations.map((operation) => operation.id).join(', ');
  throw new UnsupportedError(`there is no operation '${id}'; there are ${known}`);
}

/** How an operation's problems are told; plainly where only a report knows it. */
export const wordsOf = (id: string): Words =>
  operations.find((operation) => operation.id === id)?.words ?? plainWords();

function listed<Id extends string, Problem extends object, Args, Result extends object>(
  operation: Operation<Problem, Args, Result, Id>,
): ListedOperation<Id, Problem, Args, Result> {
  const { modifiers = NOT_MODIFIABLE } = operation;
  return {
    ...operation,
    modifiers,
    problem: (partial) => operation.problem(partial),
    matrixBytes: (partial) => operation.matrixBytes(operation.problem(partial)),
    bind: (partial, device) => bind(operation, operation.problem(partial), device),
  };
}
