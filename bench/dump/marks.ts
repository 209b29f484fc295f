import type { Result } from '../../src/measure/report.ts';

/** A pass that the compiling process has linked. It says so before Dawn prints what it compiles it to. */
export interface LinkedPass extends Pick<Result, 'operation' | 'variant' | 'params' | 'problem'> {
  readonly pass: string;
  readonly wgsl: string;
}

/** Begins a line that is ours, in the middle of what Dawn prints. */
const MARK = '##tilewise ';

export const markOf = (linked: LinkedPass): string => `\n${MARK}${JSON.stringify(linked)}\n`;

/** The passes of an output, each with what was printed after it. */
export function passesIn(output: string): { readonly linked: LinkedPass; readonly printed: string }[] {
  return output
    .split(`\n${MARK}`)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { linked: JSON.parse(part.slice(0, end)) as LinkedPass, printed: part.slice(end + 1) };
    });
}
