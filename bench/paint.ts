import { styleText } from 'node:util';

/** Emphasis for a terminal; plain text where colours are off. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

const plain: Paint = { bold: String, warn: String, bad: String };

const colored: Paint = {
  bold: (text) => styleText('bold', text),
  warn: (text) => styleText('yellow', text),
  bad: (text) => styleText(['bold', 'red'], text),
};

/** Colours only on a terminal, and not against https://no-color.org. */
export function paintFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const unwanted = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  return stream.isTTY === true && !unwanted ? colored : plain;
}
