/** Kinds of faults that an interpreter finds in a kernel that compiles. */
export const FINDING_KINDS = [
  'race',
  'out-of-bounds',
  'uninitialised-read',
  'non-uniform-barrier',
  'endless-loop',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** An invocation at a line of the sources. Lines and columns are 1-based. */
export interface Access {
  /** Below `shaders/`, with its ending, or the name of a function of the user's own. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Numbers of the workgroup in its pass, and of the invocation in the workgroup. */
  readonly workgroup: number;
  readonly invocation: number;
  readonly does: 'reads' | 'writes' | 'reaches' | 'leaves';
}

/** A fault of a kernel, with one example of it. */
export interface Finding {
  readonly kind: FindingKind;
  /** The pass's label. */
  readonly pass: string;
  /** The shader's variable; left out where it is about none. */
  readonly variable?: string;
  /** The element of the variable's array. */
  readonly element?: number;
  readonly first: Access;
  /** The other access of a race; where invocations parted, if a barrier is not reached by all. */
  readonly second?: Access;
  /** How often it happened. */
  readonly times: number;
  /** Whether the faulty read makes no difference: with other values in its place, the plan's outputs had the same bits. */
  readonly harmless: boolean;
  /** All of it in plain English. */
  readonly message: string;
}

/** A place as messages name it: `lib/tile.wesl:12`. */
export const placeOf = ({ file, line }: Pick<Access, 'file' | 'line'>): string => `${file}:${line}`;
