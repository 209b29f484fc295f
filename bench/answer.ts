import { AbortError } from '../src/core/errors.ts';

/** An answer, or an error as plain data: the browser's protocol would keep no more than its text. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly name: string; readonly message: string };

/** The value or error of `work`. Never rejects. */
export async function answer<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return error instanceof Error
      ? { ok: false, name: error.name, message: error.message }
      : { ok: false, name: 'Error', message: String(error) };
  }
}

/** @throws AbortError, or an Error with the name and the words of whatever the page threw */
export function unwrap<T>(given: Answer<T>): T {
  if (given.ok) return given.value;
  if (given.name === 'AbortError') throw new AbortError();
  throw new Error(`${given.name}: ${given.message}`);
}
