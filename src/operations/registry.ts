import { UnsupportedError } from '../core/errors.ts';
import type { Operation, Words } from '../core/operation.ts';
import { plainWords } from '../core/words.ts';
import type { OperationId } from './list.ts';
import { listed, type ListedOperation } from './listed.ts';

const operations: ListedOperation<OperationId>[] = [];

/** The operations that are loaded: all, in teaching order, where somebody imports `index.ts`; else those of `enlist`. */
export const OPERATIONS: readonly ListedOperation<OperationId>[] = operations;

/** Loads operations of a page that knows which ones it needs, so that it need not wait for the others. */
export function enlist(...some: readonly ListedOperation<OperationId>[]): void {
  operations.push(...some.filter(({ id }) => operations.every((known) => known.id !== id)));
}

/** Loads all operations: what was loaded before them takes its place among them. */
export function enlistAll(all: readonly ListedOperation<OperationId>[]): void {
  operations.splice(0, operations.length, ...all);
}

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
