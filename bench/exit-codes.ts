/** The exit status of the command line. */
export const EXIT = {
  ok: 0,
  /** A result is wrong or failed, or slower than the baseline where that was to fail. */
  bad: 1,
  usage: 2,
  /** No browser, or no WebGPU. */
  noWebGPU: 3,
  /** The status of a command that Ctrl-C ended, as in shells. */
  interrupted: 130,
} as const;
