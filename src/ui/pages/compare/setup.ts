import { z } from '../../../core/schema.ts';
import { OPERATIONS, requireOperation } from '../../../operations/index.ts';
import { MAX_SEED } from '../../../measure/inputs.ts';

/** Fewest panes that make a comparison, and most that fit on a page. */
export const FEWEST_PANES = 2;
export const MOST_PANES = 6;

/** Longer than any shader here by far; links are read from strangers. */
const MAX_TEXT = 200_000;
const text = z.string().check(z.maxLength(MAX_TEXT));

/** The names that panes may have. */
const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

const paneSchema = z.strictObject({
  variant: z.string(),
  /** Its name, which it keeps whichever panes come and go; by default the first that is free. */
  letter: z.optional(z.enum(LETTERS)),
  /** The parameters that are not left to the variant. */
  params: z._default(z.record(z.string(), z.int().check(z.minimum(0), z.maximum(65_536))), {}),
  /** Edited shader files, by their path below `shaders/`. */
  sources: z._default(
    z.record(z.string().check(z.regex(/^(?:\w+\/)+\w+\.wesl$/, 'no path of a shader')), text),
    {},
  ),
  /** Function bodies, by the operation's name for them. */
  modifiers: z._default(z.record(z.string(), text), {}),
});

/** Everything that a comparison is made of, and a link carries. */
export const setupSchema = z
  .strictObject({
    operation: z.enum(OPERATIONS.map(({ id }) => id)),
    /** The problem, as its form holds it. */
    fields: z.record(z.string().check(z.maxLength(40)), z.string().check(z.maxLength(1000))),
    /** The seed of the random inputs. */
    seed: z.int().check(z.minimum(0), z.maximum(MAX_SEED)),
    /** Time for sampling, all panes together. */
    budgetMs: z.int().check(z.minimum(1), z.maximum(600_000)),
    /** Measure the matmul yardstick too. */
    yardstick: z.boolean(),
    /** The first is the baseline. */
    panes: z.array(paneSchema).check(z.minLength(FEWEST_PANES), z.maxLength(MOST_PANES)),
  })
  .check(
    z.superRefine(({ operation, panes }, context) => {
      const { variants } = requireOperation(operation);
      if (new Set(lettersOf(panes)).size < panes.length) {
        context.addIssue({ code: 'custom', path: ['panes'], message: 'two panes have one letter' });
      }
      // A pane may hold modifiers from before another operation was chosen.
      const known = OPERATIONS.flatMap(({ modifiers }) => Object.keys(modifiers.signatures));
      panes.forEach(({ variant, params, modifiers }, index) => {
        const chosen = variants.find(({ id }) => id === variant);
        const names = chosen?.params.map(({ name }) => name) ?? [];
        const unknown = Object.keys(params).find((name) => !names.includes(name));
        const complain = (message: string) => {
          context.addIssue({ code: 'custom', path: ['panes', index], message });
        };
        if (chosen === undefined) complain(`${operation} has no variant '${variant}'`);
        else if (unknown !== undefined) complain(`${variant} has no parameter '${unknown}'`);
        const odd = Object.keys(modifiers).find((name) => !known.includes(name));
        if (odd !== undefined) complain(`no operation takes a modifier '${odd}'`);
      });
    }),
  );

export type Setup = z.output<typeof setupSchema>;
export type Pane = Setup['panes'][number];
type Letter = (typeof LETTERS)[number];

/** A variant as it is shipped. */
export const shippedPane = (variant: string): Pane => ({ variant, params: {}, sources: {}, modifiers: {} });

/** `A`, `B` …: the names of the panes. */
export function lettersOf(panes: readonly Pane[]): Letter[] {
  const taken = panes.map(({ letter }) => letter);
  const free = LETTERS.filter((letter) => !taken.includes(letter));
  return panes.map(({ letter }) => letter ?? free.shift() ?? 'A');
}

/** The panes with the letters that they have now, whichever come and go. */
export function withLetters(panes: readonly Pane[]): Pane[] {
  const letters = lettersOf(panes);
  return panes.map((pane, index) => ({ ...pane, letter: letters[index] }));
}

/** Whether two panes have the same kernel, whatever they are called. */
export const areAlike = (pane: Pane, other: Pane): boolean => kernelText(pane) === kernelText(other);

/** All that a pane's result depends on, as text. */
export const kernelText = ({ letter: _, ...kernel }: Pane): string => JSON.stringify(kernel);

/** Whether a pane runs code that nobody shipped. */
export const isEdited = ({ sources, modifiers }: Pane): boolean =>
  Object.keys(sources).length + Object.keys(modifiers).length > 0;
