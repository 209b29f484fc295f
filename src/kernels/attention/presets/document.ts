import { preset } from './preset.ts';
import { counts, requireStarts } from './text.ts';

export interface Document {
  /** First tokens of all documents but the first, ascending. */
  readonly starts: readonly number[];
}

/** WGSL that sets `same` to whether tokens q and kv lie in one document. */
export const sameDocument = (starts: readonly number[]): string[] => [
  counts('starts', starts),
  'var same = true;',
  `for (var i = 0u; i < ${starts.length}u; i++) {`,
  '  same = same & ((q >= starts[i]) == (kv >= starts[i]));',
  '}',
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
