import { closingBrace, withoutComments } from '../core/comments.ts';

/** The bind group of the mark that guarded code leaves. */
export const GUARD_GROUP = 2;

/**
 * Where turns are counted. In the `invocation`, all turns of a loop together, however often its function is called: then
 * every invocation ends. Not all code lets it: a barrier in a loop wants a count as uniform as the loop is, which only
 * variables of the `function` are.
 */
export type GuardScope = 'invocation' | 'function';

/** One loop, nested in others or not, with where its body begins. */
interface Loop {
  readonly at: number;
  readonly body: number;
}

/**
 * WGSL whose loops all end: each counts its turns, and beyond `mostTurns` it is left, with its place in `wgsl` as a mark
 * in the texture `guard_mark`. A texture, because many kernels use every storage buffer there is. Lines keep their numbers.
 */
export function guardLoops(wgsl: string, mostTurns: number, scope: GuardScope): string {
  const { code } = withoutComments(wgsl);
  const inserts: { at: number; text: string }[] = [];
  const privates: string[] = [];
  for (const { body, end, returns } of functionsOf(code)) {
    const loops = loopsOf(code, body, end);
    const counters = loops.map(({ at }) => `guard_turns_${at}`);
    const isPrivate = scope === 'invocation';
    if (isPrivate) privates.push(...counters.map((name) => `var<private> ${name}: u32;`));
    else inserts.push({ at: body, text: counters.map((name) => ` var ${name} = 0u;`).join('') });
    for (const { at, body } of loops) {
      const turns = `guard_turns_${at}`;
      const leave = `textureStore(guard_mark, vec2u(), vec4u(${at}u)); break;`;
      inserts.push({ at: body, text: ` ${turns}++; if (${turns} > ${mostTurns}u) { ${leave} }` });
    }
    // A last loop that only a return left can now be left without one.
    const endsSo = ENDS_IN_RETURN.test(code.slice(body, end));
    if (loops.length > 0 && returns !== undefined && !endsSo)
      inserts.push({ at: end, text: `return ${returns}(); ` });
  }
  const mark = `@group(${GUARD_GROUP}) @binding(0) var guard_mark: texture_storage_2d<r32uint, write>;`;
  // A loop that is cut off need not keep subgroups together: its results are thrown away.
  return `diagnostic(off, subgroup_uniformity); ${inserted(wgsl, inserts)}\n${[mark, ...privates].join(' ')}\n`;
}

/** Whether a text has any loop. */
export const hasLoop = (text: string): boolean => LOOP.test(withoutComments(text).code);

const LOOP = /\b(?:loop|for|while)\b/;
const ENDS_IN_RETURN = /\breturn\b[^;{}]*;\s*$/;

function loopsOf(code: string, from: number, to: number): Loop[] {
  const found = code.slice(from, to).matchAll(new RegExp(LOOP, 'g'));
  return Array.from(found, ({ index }) => ({
    at: from + index,
    body: code.indexOf('{', from + index) + 1,
  }));
}

/** Each function's text between its braces, and the type of what it returns. */
function* functionsOf(code: string) {
  for (const { index } of code.matchAll(/\bfn\b/g)) {
    const body = code.indexOf('{', index) + 1;
    const returns = /->\s*(?:@\w+(?:\([^)]*\))?\s*)*([^{]*[^{\s])/.exec(code.slice(index, body))?.[1];
    yield { body, end: closingBrace(code, body) ?? code.length, returns };
  }
}

function inserted(text: string, inserts: readonly { at: number; text: string }[]): string {
  let done = 0;
  const parts = inserts
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ at, text: added }) => {
      const before = text.slice(done, at);
      done = at;
      return [before, added];
    });
  return [...parts, text.slice(done)].join('');
}
