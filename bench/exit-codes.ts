/** What the command line's exit status says. */
export const EXIT = {
  ok: 0,
  /** A result is wrong or failed, or slower than the baseline where that was to fail. */
  bad: 1,
  usage: 2,
  /** No browser, or no WebGPU. */
  noWebGPU: 3,
  /** What shells give a command that Ctrl-C ended. */
  interrupted: 130,
} as const;
