import type { Draw } from './corner.ts';
import type { OptionKernel, ReadArgument } from './option-kernel.ts';
import type { Uniform } from './plan.ts';
import { followedBy } from './tensor.ts';
import type { Inputs } from './variant.ts';

/** A family's table, as kernels and calls read it. */
export type Rows<Problem extends object> = readonly (OptionKernel<Problem> & { readonly name: string })[];

/** The fields of a problem that an option sets. */
export const fieldsOf = <Problem extends object>(row: Rows<Problem>[number]): readonly (keyof Problem)[] =>
  (row.fields ?? [row.name]) as readonly (keyof Problem)[];

/** Whether a problem has a field of the option, and not as `false`. */
export const isSet = <Problem extends object>(row: Rows<Problem>[number], problem: Problem): boolean =>
  fieldsOf(row).some((field) => problem[field] !== undefined && problem[field] !== false);

/** The fields that were given: absent ones stay absent, in reports too. */
export function givenFields<Problem extends object>(
  rows: Rows<Problem>,
  partial: Partial<Problem>,
): Partial<Problem> {
  const names = rows.flatMap(fieldsOf).filter((name) => partial[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, partial[name]])) as Partial<Problem>;
}

/** @throws ShapeError naming the option, ShaderError in code */
export function checkFields<Problem extends object>(rows: Rows<Problem>, problem: Problem): void {
  for (const row of rows) row.check?.(problem);
}

/** The conditions of all rows, on or off. */
export function conditionsOf<Problem extends object>(
  rows: Rows<Problem>,
  problem: Problem,
): Record<string, boolean> {
  return Object.fromEntries(
    rows.flatMap((row) => {
      const { condition } = row;
      if (condition === undefined) return [];
      return [[condition.name, condition.when?.(problem) ?? isSet(row, problem)]];
    }),
  );
}

/** The uniforms of all rows. */
export const uniformsOf = <Problem extends object>(rows: Rows<Problem>, problem: Problem): Uniform[] =>
  rows.flatMap((row) => row.uniforms?.(problem) ?? []);

/** The names of the arguments that set options. */
export const argumentsOf = <Problem extends object>(rows: Rows<Problem>): string[] =>
  rows.flatMap((row) => (row.arguments === undefined ? [row.name] : Object.keys(row.arguments)));

const readersOf = <Problem extends object>(
  row: Rows<Problem>[number],
): Readonly<Record<string, ReadArgument<Problem> | undefined>> =>
  row.arguments ?? { [row.name]: (value) => ({ fields: { [row.name]: value } as Partial<Problem> }) };

/**
 * Fields and data that the arguments of a call stand for. Only `undefined` leaves an option out: null, 0 and false are no
 * way to.
 * @throws ShapeError naming the argument
 */
export function readArguments<Problem extends object>(
  rows: Rows<Problem>,
  args: Readonly<Record<string, unknown>>,
  extents: Problem,
): { readonly fields: Partial<Problem>; readonly data: Inputs } {
  let fields: Partial<Problem> = {};
  let data: Inputs = {};
  for (const row of rows) {
    for (const [name, read] of Object.entries(readersOf(row))) {
      if (args[name] === undefined || read === undefined) continue;
      const given = read(args[name], { ...extents, ...fields });
      fields = { ...fields, ...given.fields };
      const holder = row.data?.name ?? row.follows;
      if (given.data === undefined || holder === undefined) continue;
      data = { ...data, [holder]: followedBy(data[holder], given.data) };
    }
  }
  return { fields, data };
}

/** Whether a problem has the data of an option. */
export const hasData = <Problem extends object>(row: Rows<Problem>[number], problem: Problem): boolean =>
  row.data !== undefined && (row.data.when?.(problem) ?? isSet(row, problem));

/** A random value of each option that has one, after the extents that they are drawn for. */
export const randomFields = <Problem extends object>(
  rows: Rows<Problem>,
  draw: Draw,
  extents: Problem,
): Partial<Problem>[] => rows.flatMap((row) => (row.random ? [row.random(draw, extents)] : []));
