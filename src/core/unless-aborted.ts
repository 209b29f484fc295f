import { AbortError } from './errors.ts';

/** Settles like `work`, or rejects as soon as the signal fires: who waits in a queue does not have to wait for its turn. */
export function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(new AbortError());
    };
    signal.addEventListener('abort', abort, { once: true });
    work
      .then(resolve, reject)
      .finally(() => {
        signal.removeEventListener('abort', abort);
      })
      .catch(() => undefined);
  });
}
