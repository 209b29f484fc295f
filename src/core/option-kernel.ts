import type { Draw } from './corner.ts';
import type { DataArray } from './dtype.ts';
import type { Uniform } from './plan.ts';
import type { Condition } from './shader-names.ts';
import type { Source } from './variant.ts';

/** The part of an option's row that kernels, calls and tests read. Each field may be left out. */
export interface OptionKernel<Problem extends object, Argument extends string = string> {
  /** Fields of the problem that the option owns. Default: the one of its name. Empty: other rows own what it sets. */
  readonly fields?: readonly string[];
  /** Checks its fields beside all others. @throws ShapeError naming the argument, ShaderError in code */
  check?(problem: Problem): void;
  readonly condition?: OptionCondition<Problem>;
  /** Members of the shaders' `Params`. They are there whether the option is set or not. */
  uniforms?(problem: Problem): readonly Uniform[];
  readonly data?: OptionData<Problem>;
  /**
   * The input at whose end the data of its arguments stand, in one buffer: a queue follows y. Seeded values are part of that
   * input's own.
   */
  readonly follows?: string;
  /** The call's arguments that set it. Default: the one of its name, which is the field as it stands. Empty: none. */
  readonly arguments?: Readonly<Partial<Record<Argument, ReadArgument<Problem>>>>;
  /** Its value suits data of any size, so a page runs files with what its form says. */
  readonly anySize?: true;
  /** The argument that an array of a file may be. */
  readonly file?: FileRole<Argument>;
  /** A value for a random problem whose extents are known. */
  random?(draw: Draw, extents: Problem): Partial<Problem>;
}

/** A condition of the shaders. */
export interface OptionCondition<Problem extends object> {
  readonly name: string;
  /** Its meaning. Left out: `CONDITIONS` of `shader-names.ts` has it, because others turn it on as well. */
  readonly about?: string;
  /** Whether it is on. Default: where a field of the option is set. */
  when?(problem: Problem): boolean;
}

/** A condition of `shader-names.ts`, whose name TypeScript checks. */
export const shared = (name: Condition): { readonly name: Condition } => ({ name });

/** Numbers that an option brings along. */
export interface OptionData<Problem extends object> {
  /** The plan's buffer, or its part of the small data. */
  readonly name: string;
  readonly dtype: 'f32' | 'u32' | 'i32' | 'u8';
  /**
   * Small data of all options share the buffer `options`, because a stage may have no more than 8; the data called `sinks`
   * begin at the uniform `sinks_at`. Others have a buffer of their own.
   */
  readonly packed?: true;
  /**
   * Whether the data have an entry for each row or for each column: a variant that cuts rows or columns into chunks cuts
   * the data in the same places. Absent: they are never cut.
   */
  readonly cut?: 'rows' | 'columns';
  /** Whether a problem has them. Default: where a field of the option is set. */
  when?(problem: Problem): boolean;
  /** Elements, where a problem has them. */
  count(problem: Problem): number;
  /** The values where no argument brings them: seeded ones, or what the problem's fields make of themselves. */
  values(problem: Problem, seed: number): DataArray;
}

interface ArgumentReader<Problem extends object> {
  /** @param before the extents, and the fields that arguments of rows before it have set */
  read(value: unknown, before: Problem): Given<Problem>;
}

/**
 * Reads an argument that is not `undefined`. It is a method's type, so that tables of different problems may stand in one list.
 * @throws ShapeError naming the argument
 */
export type ReadArgument<Problem extends object> = ArgumentReader<Problem>['read'];

/** Fields and data that an argument stands for. */
export interface Given<Problem extends object> {
  readonly fields: Partial<Problem>;
  /** The values of the option's data. Those of several arguments of one option stand end to end. */
  readonly data?: Source;
}

/** An argument that an array of a file may be. */
export interface FileRole<Argument extends string = string> {
  readonly argument: Argument;
  /** The array that is expected, in a few words. */
  readonly about: string;
  /** The last word of names that models and notebooks give it. */
  readonly known: RegExp;
  /** Whether the call needs it. */
  readonly required?: true;
  /**
   * How the array becomes the argument: a tensor of f32; a tensor of bytes; a flat Float32Array; a list of whole numbers;
   * or queries, keys or values, which may lie tokens first, and stay f16 if all of them are.
   */
  readonly as: 'tensor' | 'bytes' | 'floats' | 'indices' | 'heads';
}
