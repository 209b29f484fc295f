/** The command line was wrong. The message says how, and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** There is a browser or a Dawn, but no WebGPU in it. */
export class NoWebGPUError extends Error {
  override readonly name = 'NoWebGPUError';
}

/** By name and not by class: what Vite has loaded, or a page has thrown, has classes of its own. */
export function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}
