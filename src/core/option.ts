/** One of the values that a choice offers. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** How a value is asked for: the field of a form, the value of a flag, and what their text may be. */
export type Control =
  | { readonly kind: 'switch' }
  | { readonly kind: 'count'; readonly least?: number; readonly most: number }
  | { readonly kind: 'number'; readonly least?: number; readonly most?: number; readonly above?: number }
  /** A list of whole numbers: lengths, starts, prefixes. */
  | { readonly kind: 'counts'; readonly least?: number; readonly most: number; readonly length?: number }
  | { readonly kind: 'choice'; readonly choices: readonly Choice[] }
  /** Any number of the choices. */
  | { readonly kind: 'choices'; readonly choices: readonly Choice[] }
  /** The body of a WGSL function: a text on pages, a file on the command line. */
  | { readonly kind: 'code'; readonly signature: string };

/**
 * One way to shape a problem: a row of a family's table, from which the form's control, the flag, the field of a link, the
 * words of help and the fields of the problem derive.
 */
export interface Option<Problem extends object> {
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
  readonly control: Control;
  /** What an empty control stands for: `as heads`. */
  readonly unset?: string;
  /** The value of a flag that is given without one. */
  readonly bare?: string;
  /** Fields of the problem from a value that was read, where other fields shape them: a bias is broadcast over extents. */
  apply?(value: unknown, before: Partial<Problem>): Partial<Problem>;
}
