import { withoutComments } from '../core/comments.ts';
import { hasProbe } from '../core/probe.ts';

/** Makes the name known to WESL, which refuses unknown ones. It numbers those of several modules. */
const STUB = '\nfn probe() { }\n';
const STUBS = /^fn (probe\d*)\(\) \{ \}$/gm;

/** A module's text, in which `probe` is declared if it is called and is no name of its own. Lines keep their numbers. */
export function withProbeStub(text: string): string {
  if (!hasProbe(text)) return text;
  return `${text}${STUB}`;
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/**
 * A linked text for a compiler, which knows no `probe`: its calls are left out with their arguments. One that is no statement stays, and
 * is refused. All other text keeps its place.
 */
export function withoutProbes(wgsl: string): string {
  let text = wgsl;
  for (const { at, end } of callsOf(wgsl))
    text = text.slice(0, at) + blank(text.slice(at, end)) + text.slice(end);
  return text.replace(STUBS, blank);
}

/** A linked text for the interpreter, which knows `probe` by this name alone. All text keeps its place. */
export function withProbes(wgsl: string): string {
  let text = wgsl;
  for (const { at, name } of callsOf(wgsl))
    text = text.slice(0, at) + 'probe'.padEnd(name.length) + text.slice(at + name.length);
  return text.replace(STUBS, blank);
}

interface ProbeCall {
  readonly at: number;
  /** Behind its semicolon. */
  readonly end: number;
  readonly name: string;
}

/** The statements of a linked text that call a stub. */
function callsOf(wgsl: string): ProbeCall[] {
  const names = [...wgsl.matchAll(STUBS)].flatMap(([, name]) => name ?? []);
  if (names.length === 0) return [];
  const { code } = withoutComments(wgsl);
  const statements = new RegExp(String.raw`(?<=[;{}]\s*)(${names.join('|')})\s*\(`, 'g');
  return [...code.matchAll(statements)].flatMap(({ 0: head, 1: name = '', index }) => {
    const closed = closingParenthesis(code, index + head.length);
    const rest = closed === undefined ? null : /^\)\s*;/.exec(code.slice(closed));
    return closed === undefined || rest === null ? [] : [{ at: index, end: closed + rest[0].length, name }];
  });
}

/** Where the parenthesis ends that is open at a place of a text without comments. */
function closingParenthesis(code: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < code.length; at++) {
    if (code[at] === '(') depth++;
    else if (code[at] === ')' && --depth === 0) return at;
  }
  return undefined;
}
