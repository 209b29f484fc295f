import { withoutComments } from '../kernels/comments.ts';

/** Turns after which a guarded loop is cut off: no kernel needs as many at a size at which code is edited. */
export const MOST_TURNS = 2 ** 18;

/** Where a guarded shader tells that it cut a loop off: beside the slice, at group 1. */
export const GUARD_BINDING = 1;

/**
 * WGSL whose loops all end: each counts its turns, and the count that goes too far leaves the loop and a mark in
 * `guard_tripped`. Counters are variables of their functions, one a loop, so that they are as uniform as the loop is and
 * barriers inside stay valid. Lines keep their numbers.
 */
export function guardLoops(wgsl: string): string {
  const { code } = withoutComments(wgsl);
  let guarded = '';
  let done = 0;
  for (const { 0: keyword, index } of code.matchAll(/\b(?:loop|for|while)\b/g)) {
    const body = code.indexOf('{', index + keyword.length) + 1;
    const turns = `guard_turns_${index}`;
    guarded +=
      `${wgsl.slice(done, index)}var ${turns} = 0u; ${wgsl.slice(index, body)} ${turns}++; ` +
      `if (${turns} > ${MOST_TURNS}u) { atomicStore(&guard_tripped, 1u); break; }`;
    done = body;
  }
  const mark = `@group(1) @binding(${GUARD_BINDING}) var<storage, read_write> guard_tripped: atomic<u32>;`;
  return `${guarded}${wgsl.slice(done)}\n${mark}\n`;
}

/** Whether a text has any loop. */
export const hasLoop = (text: string): boolean => /\b(?:loop|for|while)\b/.test(withoutComments(text).code);
