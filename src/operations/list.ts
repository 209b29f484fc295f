import { attentionBackward } from './attention-backward/operation.ts';
import { attention } from './attention/operation.ts';
import type { ContrastiveArgs, ContrastiveResult } from './contrastive/api.ts';
import { contrastive } from './contrastive/operation.ts';
import { lateInteraction } from './late-interaction/operation.ts';
import { listed } from './listed.ts';
import { mergeStates } from './merge-states/operation.ts';
import { retrieve } from './retrieve/operation.ts';
import { sharedPrefix } from './shared-prefix/operation.ts';

/** Pages, command line and measuring iterate over this list, in teaching order. To add an operation, add a line. */
export const LIST = [
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

/** The type of each operation's problem, arguments and result, by its id. */
export type ProblemOf<Id extends OperationId> = ReturnType<Of<Id>['problem']>;
export type ArgsOf<Id extends OperationId> = Parameters<Of<Id>['call']>[0];
/** The result of a call: with the type of its arguments, as narrow as they tell. */
export type ResultOf<Id extends OperationId, Args = ArgsOf<Id>> = Id extends keyof Narrowed<Args>
  ? Narrowed<Args>[Id]
  : ReturnType<ReturnType<Of<Id>['call']>['result']>;

/** Results whose type depends on the arguments. TypeScript cannot infer them from a generic `call` of the room. */
interface Narrowed<Args> {
  readonly contrastive: ContrastiveResult<Extract<Args, ContrastiveArgs>>;
}
