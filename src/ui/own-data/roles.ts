import type { FileRole } from '../../core/option-kernel.ts';
import type { StoredArray } from '../../data/stored-array.ts';
import type { OperationId } from '../../operations/list.ts';
import { requireOperation } from '../../operations/registry.ts';

/** The arguments of an operation that arrays of files may be: those of the call, then those of its options. */
export function rolesOf(operation: OperationId): readonly FileRole[] {
  const { ownData, options } = requireOperation(operation);
  return [...(ownData?.files ?? []), ...options.flatMap(({ file }) => file ?? [])];
}

/** Which array is which argument, by its name. */
export type Chosen = Readonly<Record<string, StoredArray>>;

/** Guesses by name, and takes the first array of each: `layer.3.self_attn.q` may be the query. */
export function guess(operation: OperationId, arrays: readonly StoredArray[]): Chosen {
  return Object.fromEntries(
    rolesOf(operation).flatMap(({ argument, known }) => {
      const found = arrays.find((array) => known.test(lastWord(array.name)));
      return found === undefined ? [] : [[argument, found]];
    }),
  );
}

const lastWord = (name: string): string => name.split(/[./\s-]/).at(-1) ?? name;
