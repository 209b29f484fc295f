import { bind, type BoundProblem } from '../core/bind.ts';
import { requireKnown } from '../core/known-arguments.ts';
import type { DeviceProfile } from '../core/device-profile.ts';
import { NOT_MODIFIABLE, type Modifiable } from '../core/modifiers.ts';
import type { Bench, Call, Operation, OwnData, Words } from '../core/operation.ts';
import type { Option } from '../core/option.ts';
import { fieldsOf } from '../core/option-table.ts';
import type { Variant } from '../core/variant.ts';

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
  /** @throws as `problem`, and ShapeError naming a field that there is not */
  readonly bind: (partial: object, device: DeviceProfile) => BoundProblem;
  /** Bytes of the matrix that tiled variants do not keep, of a problem whose rest is filled in. */
  readonly matrixBytes: (partial: object) => number;
  readonly ownData?: OwnData;
  needsValues?(args: Args): boolean;
  /** Checks a call's arguments and splits them. @throws as `Operation.call` */
  call(args: Args): Call<Problem, Result>;
}

/** An operation as the list has it. */
export function listed<Id extends string, Problem extends object, Args, Result extends object>(
  operation: Operation<Problem, Args, Result, Id>,
): ListedOperation<Id, Problem, Args, Result> {
  const { modifiers = NOT_MODIFIABLE } = operation;
  return {
    ...operation,
    modifiers,
    problem: (partial) => operation.problem(partial),
    matrixBytes: (partial) => operation.matrixBytes(operation.problem(partial)),
    bind: (partial, device) => bind(operation, knownProblem(operation, partial), device),
  };
}

/** Fills in the rest of a problem. @throws as `Operation.problem`, and ShapeError naming a field that there is not */
export function knownProblem<Problem extends object>(
  operation: Pick<Operation<Problem>, 'problem' | 'options'>,
  partial: object,
): Problem {
  const problem = operation.problem(partial);
  const optional = operation.options.flatMap(fieldsOf).map(String);
  requireKnown(partial, [...new Set([...Object.keys(problem), ...optional])]);
  return problem;
}
