import { preset } from './preset.ts';
import { requireStarts } from './text.ts';

export interface Document {
  /** First tokens of all documents but the first, ascending. */
  readonly starts: readonly number[];
}

/** WGSL that sets `same` to whether tokens q and kv lie in one document. Numbers in the code are faster than a table. */
export const sameDocument = (starts: readonly number[]): string[] => [
  'var same = true;',
  ...starts.map((start) => `same = same & ((q >= ${start}u) == (kv >= ${start}u));`),
];

/** The number of the document that a token lies in. */
export const documentOf = (starts: readonly number[], token: number): number =>
  starts.filter((start) => start <= token).length;

export const document = preset<Document>({
  id: 'document',
  title: 'Documents',
  idea: 'Several documents packed into one sequence, none of which sees another.',
  example: { starts: [100, 300, 350] },
  check({ starts }) {
    requireStarts('starts', starts);
  },
  modifiers: ({ starts }) => ({ maskMod: [...sameDocument(starts), 'return same;'].join('\n') }),
  twins: ({ starts }) => ({
    maskMod: (_b, _h, q, kv) => documentOf(starts, q) === documentOf(starts, kv),
  }),
});
