/** Breaks a text between words, and words that are longer than a line. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((word) => pieces(word, width))) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

const pieces = (word: string, width: number): string[] =>
  word.length <= width
    ? [word]
    : Array.from({ length: Math.ceil(word.length / width) }, (_, index) =>
        word.slice(index * width, (index + 1) * width),
      );

/** The width of what is printed on; without end where it is no terminal. */
export const widthOf = (stream: { readonly isTTY?: boolean; readonly columns?: number }): number =>
  stream.isTTY === true ? (stream.columns ?? Infinity) : Infinity;

/** A wrapped text whose lines after the first are indented by so many spaces. */
export const hanging = (text: string, width: number, indent: number): string =>
  wrap(text, width - indent).replaceAll('\n', `\n${' '.repeat(indent)}`);
