/** WGSL ends a line, and with it a comment, in more ways than a regular expression's `.` knows. */
const LINE_COMMENT = /\/\/[^\n\v\f\r\u0085\u2028\u2029]*/y;

/** The code with every comment blanked out, and where one begins that never ends: block comments nest in WGSL. */
export function withoutComments(text: string): { code: string; openComment?: number } {
  const parts: string[] = [];
  const begun: number[] = [];
  const marks = /\/\/|\/\*|\*\//g;
  let done = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const [from, inside] = [mark.index, begun.length > 0];
    if (mark[0] === '//' && !inside) {
      LINE_COMMENT.lastIndex = from;
      marks.lastIndex = from + (LINE_COMMENT.exec(text)?.[0].length ?? 2);
    } else if (mark[0] === '/*') begun.push(from);
    else if (mark[0] === '*/' && inside) begun.pop();
    else marks.lastIndex = from + 1;
    const hides = inside || marks.lastIndex > from + 1;
    parts.push(inside ? blank(text.slice(done, from)) : text.slice(done, from));
    parts.push(hides ? blank(text.slice(from, marks.lastIndex)) : text.slice(from, marks.lastIndex));
    done = marks.lastIndex;
  }
  const [openComment] = begun;
  if (openComment === undefined) return { code: parts.join('') + text.slice(done) };
  return { code: parts.join('') + blank(text.slice(done)), openComment };
}

const blank = (text: string): string => ' '.repeat(text.length);

/**
 * Finds the brace that closes a block; those in comments do not count.
 * @param from a place inside the block
 * @returns the place of the brace, or `undefined` if the block never closes
 */
export function closingBrace(text: string, from: number): number | undefined {
  const tokens = /\/\/[^\n\v\f\r\u0085\u2028\u2029]*|\/\*|\*\/|[{}]/g;
  tokens.lastIndex = from;
  let [depth, comments] = [1, 0];
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const [token] = match;
    if (token === '/*') comments++;
    else if (token === '*/') comments = Math.max(0, comments - 1);
    // Within a block comment, two slashes begin nothing: the comment may end behind them.
    else if (comments > 0) tokens.lastIndex = match.index + 1;
    else if (token === '{') depth++;
    else if (token === '}' && --depth === 0) return match.index;
  }
  return undefined;
}
