import type { OptionKernel } from './option-kernel.ts';

/** One of the values that a choice offers. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A function body that is made from parameters: `slidingWindow:left=128,right=0`. */
export interface PresetChoice extends Choice {
  /** Parameters to begin with. */
  readonly example: object;
}

/** A preset that was chosen. Left out, its parameters are those of the example. */
export interface ChosenPreset {
  readonly name: string;
  readonly params?: object;
}

/** How a value is asked for: the field of a form, the value of a flag, and what their text may be. */
export type Control =
  /** `on` or `off`. */
  | { readonly kind: 'switch' }
  | { readonly kind: 'count'; readonly least?: number; readonly most: number }
  | { readonly kind: 'number'; readonly least?: number; readonly most?: number; readonly above?: number }
  /** A list of whole numbers: lengths, starts, a window. */
  | { readonly kind: 'counts'; readonly least?: number; readonly most: number; readonly atMost?: number }
  | { readonly kind: 'choice'; readonly choices: readonly Choice[] }
  /** Any number of the choices; `all` or `none` of them. */
  | { readonly kind: 'choices'; readonly choices: readonly Choice[] }
  | { readonly kind: 'preset'; readonly presets: readonly PresetChoice[] }
  /** The body of a WGSL function: a text on pages, a file on the command line. Links do not carry it. */
  | { readonly kind: 'code'; readonly signature: string };

/** The value that a control's text stands for. */
export type ValueOf<C extends Control> = C extends { kind: 'switch' }
  ? boolean
  : C extends { kind: 'count' | 'number' }
    ? number
    : C extends { kind: 'counts' }
      ? readonly number[]
      : C extends { kind: 'choices' }
        ? readonly string[]
        : C extends { kind: 'preset' }
          ? ChosenPreset
          : string;

/** A text for each class of device, where they differ. */
export type ByDevice = Readonly<Record<'cpu' | 'gpu', string>>;

/**
 * One way to shape a problem: a row of a family's table. Forms, flags, links and help derive from what stands here; checks,
 * calls, plans, inputs and random problems derive from its `OptionKernel`.
 */
export interface Option<
  Problem extends object,
  C extends Control = Control,
  Argument extends string = string,
> extends OptionKernel<Problem, Argument> {
  /** The field of forms and links; where `apply` is left out, the problem's field too. */
  readonly name: string;
  /** The label of its control: `Softcap`. */
  readonly title: string;
  /** The meaning in one sentence, for `--help` and under the control. */
  readonly help: string;
  /** `--softcap <x>`; `--alibi` for a switch. */
  readonly flag: string;
  /** The heading it stands under. `basic` options are what a newcomer sees; the others are folded away. */
  readonly group: string;
  readonly control: C;
  /** Text in place of an empty control, saying what that stands for: `as heads`. */
  readonly unset?: string;
  /** The value of a flag that is given without one. */
  readonly bare?: string;
  /** The text that a form begins with, if not an empty one, `off` or the first choice. */
  readonly initial?: string | ByDevice;
  /** The size of the problem, of which a page may measure several: usual ones, and those that a form begins with. */
  readonly sizes?: { readonly usual: readonly number[]; readonly initial: ByDevice };
  /** Other names by which the problem's errors may call it: `bias.shape`. */
  readonly alsoCalled?: readonly string[];
  /** A text to try it with, and the texts of other options that it needs. */
  readonly example: string;
  readonly exampleWith?: Readonly<Record<string, string>>;
  /** Fields of the problem from a value that was read, where other fields shape them: a bias is broadcast over extents. */
  apply?(value: ValueOf<C>, before: Partial<Problem>): Partial<Problem>;
}

/** The heading of the options that a newcomer sees. */
export const BASIC = 'basic';

/** A row that sets a field of the problem, and an argument of the call, that are declared; or says what it sets. */
type Declared<Problem extends object, Args, C extends Control> = (
  { readonly name: keyof Problem & string } | Required<Pick<Option<Problem, C>, 'apply'>>
) &
  ({ readonly name: keyof Args & string } | { readonly arguments: object }) & {
    readonly fields?: readonly (keyof Problem & string)[];
  };

/**
 * A row whose `apply` knows what its control reads, and whose field and argument TypeScript finds in the types of the
 * problem and of the call's arguments.
 */
export const optionsOf =
  <Problem extends object, Args extends object = Readonly<Record<string, unknown>>>() =>
  <const C extends Control>(
    option: Option<Problem, C, keyof Args & string> & Declared<Problem, Args, C>,
  ): Option<Problem> =>
    option;

/** `--heads`. */
export const flagOf = ({ flag }: { readonly flag: string }): string => flag.split(' ')[0] ?? flag;

/** The text of a control that asks for nothing. */
export function restingText({ control }: { readonly control: Control }): string {
  if (control.kind === 'switch') return 'off';
  if (control.kind === 'choice') return control.choices[0]?.value ?? '';
  return control.kind === 'choices' ? 'all' : '';
}

/** The headings of a table in the order of its rows, with their rows. */
export function groupsOf<Row extends { readonly group: string }>(
  options: readonly Row[],
): (readonly [group: string, rows: readonly Row[]])[] {
  const groups = [...new Set(options.map(({ group }) => group))];
  return groups.map((group) => [group, options.filter((option) => option.group === group)]);
}
