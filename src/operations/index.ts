import { LIST, type OperationId } from './list.ts';
import { enlistAll } from './registry.ts';

// Whoever imports this file has them all; a page that needs a few takes `enlist` instead, and loads sooner.
enlistAll(LIST);

/** The one that pages begin with, and that flags without a subject speak of. */
export const FIRST_OPERATION: OperationId = LIST[0].id;

export type { ArgsOf, OperationId, ProblemOf, ResultOf } from './list.ts';
export type { ListedOperation } from './listed.ts';
export { OPERATIONS, registerOperation, requireOperation, wordsOf } from './registry.ts';
