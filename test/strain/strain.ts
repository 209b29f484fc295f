/** How long to strain something, and with which random numbers. */
export interface StrainOptions {
  readonly turns: number;
  readonly seed: number;
  /** Whether the device computes: good results are then held against float64. */
  readonly computes: boolean;
}

/** What came of a strain: every fault is a sentence that says how to see it again. */
export interface Strain {
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

/** What has not settled by then never will. */
const PATIENCE_MS = 60_000;

/** A promise's value, or the error that it rejects with, or an error that it never settles. */
export function patiently(promise: Promise<unknown>): Promise<unknown> {
  const late = new Promise<Error>((resolve) => {
    const timer = setTimeout(() => resolve(new Error('it never settles')), PATIENCE_MS);
    if (typeof timer === 'object') timer.unref();
  });
  const outcome = promise.catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  return Promise.race([outcome, late]);
}
