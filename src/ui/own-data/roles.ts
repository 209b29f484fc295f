import type { FileRole } from '../../core/option-kernel.ts';
import type { StoredArray } from '../../data/stored-array.ts';
import { requireOperation } from '../../operations/index.ts';
import type { OwnOperation } from './settings.ts';

/** One argument that an array of a file may be. */
export interface Role {
  readonly name: string;
  /** What it has to look like. */
  readonly about: string;
  readonly required: boolean;
  /** The last word of names that models and notebooks give it. */
  readonly known: RegExp;
}

const HEADS = '[batch, heads, tokens, dim]';

const role = (name: string, about: string, known: RegExp, required = false): Role => ({
  ...{ name, about, known, required },
});

const ATTENTION: readonly Role[] = [
  role('query', HEADS, /^(q|xq|quer(y|ies)|query_?(states|layer))$/i, true),
  role('key', HEADS, /^(k|xk|keys?|key_?(states|layer))$/i, true),
  role('value', HEADS, /^(v|xv|values?|value_?(states|layer))$/i, true),
];

/** Arguments besides those of options. */
const ROLES: Readonly<Record<OwnOperation, readonly Role[]>> = {
  attention: ATTENTION,
  'attention-backward': [
    ...ATTENTION,
    role(
      'outputGrad',
      '[batch, heads, tokens, value dim]',
      /^(d_?o|d_?out|grad_?output|output_?grad)$/i,
      true,
    ),
  ],
  contrastive: [
    role(
      'x',
      '[rows, dim]',
      /^(x|a|z|images?|image_?(embeds?|embeddings?|features?)|embeds?|embeddings?)$/i,
      true,
    ),
    role('y', '[rows, dim]', /^(y|b|texts?|text_?(embeds?|embeddings?|features?))$/i),
    role('labels', 'whole numbers, one a row', /^(labels?|targets?|classes)$/i),
  ],
};

/** The arguments of options that an array of a file may be. */
export const fileRoles = (operation: OwnOperation): FileRole[] =>
  requireOperation(operation).options.flatMap(({ file }) => file ?? []);

export const rolesOf = (operation: OwnOperation): readonly Role[] => [
  ...ROLES[operation],
  ...fileRoles(operation).map(({ argument, about, known }) => role(argument, about, known)),
];

/** Which array is which argument, by role. */
export type Chosen = Readonly<Record<string, StoredArray>>;

/** Guesses by name, and takes the first array of each: `layer.3.self_attn.q` may be the query. */
export function guess(operation: OwnOperation, arrays: readonly StoredArray[]): Chosen {
  return Object.fromEntries(
    rolesOf(operation).flatMap(({ name, known }) => {
      const found = arrays.find((array) => known.test(lastWord(array.name)));
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

const lastWord = (name: string): string => name.split(/[./\s-]/).at(-1) ?? name;
