import { FIGURES, type Figure } from './cells.ts';

/** What a table shows for want of room. */
export interface Layout {
  readonly figures: readonly Figure[];
  /** Cuts a cell or a heading to what must be seen. */
  readonly shorten: (text: string) => string;
  /** Characters a line of a reason may have. */
  readonly reasonWidth: number;
}

/** With all figures, the table is about this wide. */
const WIDE = 124;

/** Every figure on a wide terminal; no intervals and bounds on a narrow one: the report has them. */
export function layoutFor(width: number): Layout {
  return width >= WIDE
    ? { figures: FIGURES, shorten: (text) => text, reasonWidth: 70 }
    : {
        figures: ['time', 'versus naive', '% matmul'],
        shorten: (text) => text.replace(/ \(.*\)$/, ''),
        reasonWidth: 36,
      };
}

/** Breaks a text between words. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
