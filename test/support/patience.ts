/**
 * How long a test waits for an element or a state: far longer than a busy machine of two cores takes, since only what
 * never comes is to fail. A test that waits twice still ends within its own limit in `vitest.config.ts`.
 */
export const PATIENCE_MS = 240_000;
