/** WGSL ends a line, and with it a comment, in more ways than a regular expression's `.` knows. */
const LINE_COMMENT = /\/\/[^\n\v\f\r\u0085\u2028\u2029]*/y;

/** The code with every comment blanked out, and where one begins that never ends: block comments nest in WGSL. */
export function withoutComments(text: string): { code: string; openComment?: number } {
  let code = '';
  const begun: number[] = [];
  for (let at = 0; at < text.length;) {
    LINE_COMMENT.lastIndex = at;
    const line = begun.length === 0 ? LINE_COMMENT.exec(text)?.[0].length : undefined;
    const pair = text.slice(at, at + 2);
    if (pair === '/*') begun.push(at);
    const hidden = line ?? (pair === '/*' || (pair === '*/' && begun.length > 0) ? 2 : 1);
    code += begun.length > 0 || line !== undefined ? ' '.repeat(hidden) : text.slice(at, at + hidden);
    if (pair === '*/') begun.pop();
    at += hidden;
  }
  const [openComment] = begun;
  return openComment === undefined ? { code } : { code, openComment };
}
