import { withoutComments } from './comments.ts';

/** The invocations whose values are kept: of one workgroup, in each pass. */
export interface ProbedInvocations {
  /** Number of the workgroup in its pass. */
  readonly workgroup: number;
  /** Numbers of the invocations in the workgroup. */
  readonly invocations: readonly number[];
}

/** The first invocation of the first workgroup, which every pass has. */
export const FIRST_INVOCATION: ProbedInvocations = { workgroup: 0, invocations: [0] };

/** The most invocations that one run keeps values of. */
export const MOST_PROBED = 16;

/** The values that one invocation passed to a `probe(slot, value)`. */
export interface Probed {
  /** The pass's label. */
  readonly pass: string;
  /** Below `shaders/`, with its ending, or the name of a function of the user's own. */
  readonly file: string;
  /** 1-based, like the column. */
  readonly line: number;
  readonly column: number;
  /** The first argument, which tells values of one line apart. */
  readonly slot: number;
  readonly workgroup: number;
  readonly invocation: number;
  /** In WGSL: `f32`, `vec4<f32>`. */
  readonly type: string;
  /** In the order in which they were passed, each with all its scalars. Booleans are 0 and 1. */
  readonly values: readonly (readonly number[])[];
  /** How often the invocation passed a value: more than there are `values` where those were too many to keep. */
  readonly times: number;
}

/** A call of a function `probe`, and neither of `my_probe` nor of a member `a.probe`. */
const CALL = /(?<![\w.:])probe\s*\(/;

/** A module that declares or imports a `probe`, which then means its own function. */
const OWN = /\bfn\s+probe\b|\bimport\b[^;]*\bprobe\b/;

/** Whether a module passes values to `probe(slot, value)`. */
export function hasProbe(text: string): boolean {
  if (!CALL.test(text)) return false;
  const { code } = withoutComments(text);
  return CALL.test(code) && !OWN.test(code);
}

/** Digits of a scalar: those that an f32 has for sure. */
const DIGITS = 7;

/** A value in a line of text: `1.5`, or `(1.5, 2)`. */
export const valueText = (type: string, value: readonly number[]): string => {
  const scalars = value.map((one) => (type.includes('bool') ? String(one === 1) : scalarText(one)));
  return scalars.length === 1 ? (scalars[0] ?? '') : `(${scalars.join(', ')})`;
};

const scalarText = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 32
    ? String(value)
    : String(Number(value.toPrecision(DIGITS)));

/** The values in order, separated by spaces, and how many were left out. @param most values, the first ones */
export function valuesText({ type, values, times }: Probed, most = Infinity): string {
  const shown = values.slice(0, most);
  const left = times - shown.length;
  return [...shown.map((value) => valueText(type, value)), ...(left > 0 ? [`… ${left} more`] : [])].join(' ');
}

/** Who passed the values, and with which slot: `0:5, slot 2` is invocation 5 of workgroup 0. */
export const proberText = ({ workgroup, invocation, slot }: Probed): string =>
  `${workgroup}:${invocation}, slot ${slot}`;
