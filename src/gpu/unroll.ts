import { closingBrace } from '../core/comments.ts';

const MARKED_LOOP = /\/\* unroll(?: if (\w+))? \*\/\s*for \(var (\w+) = (\w+); \2 < (\w+); \2\+\+\) \{/;

/** Copies of one loop's body beyond this are a mistake, not an optimisation. */
const MAX_COPIES = 1024;

/** A marked loop that cannot be expanded. `line` is 1-based. */
export class UnrollError extends RangeError {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Replaces every `/* unroll *\/ for (var i = A; i < B; i++) { … }` by copies of its body, each in its own
 * block with `i` spelled out. `A` and `B` are literals or keys of `constants`. A loop marked `/* unroll if C *\/` stays as it is
 * where the constant `C` is 0.
 *
 * A register array must only be indexed by constants, and some WebGPU implementations unroll nothing:
 * there it decides a factor of 3–4. Line numbers are kept: all copies but the first are put on one line.
 *
 * @param firstLine the number of the source's first line
 * @throws UnrollError if a bound is unknown or the body never closes
 */
export function unroll(source: string, constants: Readonly<Record<string, number>>, firstLine = 1): string {
  const constantOf = (text: string, line: number): number => {
    const value = /^\d+u?$/.test(text) ? Number.parseInt(text, 10) : constants[text];
    if (value !== undefined) return value;
    throw new UnrollError(line, `cannot unroll: ${text} is not a known constant`);
  };
  let result = '';
  let rest = source;
  for (let match = MARKED_LOOP.exec(rest); match !== null; match = MARKED_LOOP.exec(rest)) {
    const [head, only, name = '', from = '', to = ''] = match;
    const bodyStart = match.index + head.length;
    const line = firstLine + newlines(result) + newlines(rest.slice(0, match.index));
    if (only !== undefined && constantOf(only, line) === 0) {
      result += rest.slice(0, bodyStart);
      rest = rest.slice(bodyStart);
      continue;
    }
    const bodyEnd = closingBrace(rest, bodyStart);
    if (bodyEnd === undefined) throw new UnrollError(line, 'cannot unroll: the loop body never closes');
    const body = unroll(rest.slice(bodyStart, bodyEnd), constants, line + newlines(head));
    const [first, last] = [constantOf(from, line), constantOf(to, line)];
    if (last - first > MAX_COPIES) {
      throw new UnrollError(line, `${last - first} copies of the loop over ${name}`);
    }

    // Newlines of the loop's head stay, so that what follows keeps its line.
    result += rest.slice(0, match.index) + head.replace(/[^\n]/g, '');
    const tail = oneLine(body);
    for (let i = first; i < last; i++) {
      result += `{${(i === first ? body : tail).replace(identifier(name), `${i}u`)}}`;
    }
    if (last <= first) result += body.replace(/[^\n]/g, '');
    rest = rest.slice(bodyEnd + 1);
  }
  return result + rest;
}

/** A whole word that is not a member access. */
const identifier = (name: string): RegExp => new RegExp(`(?<![.\\w])${name}(?!\\w)`, 'g');

const oneLine = (body: string): string => body.replace(/\/\/[^\n]*/g, '').replace(/\s+/g, ' ');

const newlines = (text: string): number => text.split('\n').length - 1;
