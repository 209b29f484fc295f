import { z } from 'zod';
import type { MeasurePlan } from '../../measure/measure-plan.ts';
import type { VariantInfo } from '../../worker/api.ts';

/** A form's values as text, by name: what its inputs hold, and what a link carries. */
export type Fields = Readonly<Record<string, string>>;

/** How a page reads its form: one schema serves the inputs, the link and the run. */
export interface Settings<Plan = MeasurePlan> {
  /** Raised when an old link would mean something else. */
  readonly version: number;
  readonly schema: z.ZodType<Plan>;
  /** Fields that a link leaves out while they have these values: the defaults of every device. */
  readonly unset: Fields;
}

/** What is wrong, by field name; `''` for what concerns no single field. */
export type FieldErrors = Readonly<Record<string, string>>;

export type Parsed<Plan = MeasurePlan> =
  | { readonly plan: Plan; readonly errors?: undefined }
  | { readonly plan?: undefined; readonly errors: FieldErrors };

/** Reads all fields. */
export function parseFields<Plan>(settings: Settings<Plan>, fields: Fields): Parsed<Plan> {
  const parsed = settings.schema.safeParse(fields);
  if (parsed.success) return { plan: parsed.data };
  const errors: Record<string, string> = {};
  for (const issue of parsed.error.issues) errors[String(issue.path[0] ?? '')] ??= issue.message;
  return { errors };
}

/** An integer, and a positive one unless told otherwise. */
export const count = (most: number, least = 1) =>
  z
    .string()
    .trim()
    .regex(/^\d+$/, 'A whole number is wanted.')
    .transform(Number)
    .pipe(z.number().min(least, `At least ${least}.`).max(most, `At most ${most}.`));

/** Nothing, or what `schema` reads. */
export const optional = <T>(schema: z.ZodType<T>) =>
  z.string().transform((text, context): T | undefined => {
    if (text.trim() === '') return undefined;
    const { success, data, error } = schema.safeParse(text);
    if (success) return data;
    context.addIssue(error.issues[0]?.message ?? 'This cannot be read.');
    return z.NEVER;
  });

/** A positive number. */
export const positive = (most: number) =>
  z
    .string()
    .trim()
    .regex(/^\d*\.?\d+(e[+-]?\d+)?$/i, 'A positive number is wanted.')
    .transform(Number)
    .pipe(z.number().positive('More than 0.').max(most, `At most ${most}.`));

/** Longer than any sequence. */
const MAX_REACH = 1 << 24;

/** `128, 64`: tokens seen to the left and right of the diagonal, -1 for all. One number: to the left, none right. */
export const windowReach = z
  .string()
  .trim()
  .regex(/^(-1|\d+)(\s*,\s*(-1|\d+))?$/, 'One or two whole numbers are wanted; -1 is no limit.')
  .transform((text): readonly [number, number] => {
    const [left = -1, right = 0] = text.split(',').map(Number);
    return [left, right];
  })
  .refine((reach) => Math.max(...reach) <= MAX_REACH, `At most ${MAX_REACH}.`);

/** `100, 64`: whole numbers with commas or spaces between them. */
export const lengths = z
  .string()
  .trim()
  .regex(/^\d+([\s,]+\d+)*$/, 'Whole numbers are wanted, one per batch entry.')
  .transform((text): readonly number[] => text.split(/[\s,]+/).map(Number));

/** A positive integer, or nothing. */
export const optionalCount = (most: number) => optional(count(most));

/** `on` or `off`. */
export const onOrOff = z.enum(['off', 'on']).transform((text) => text === 'on');

/** What is not undefined. */
export const given = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    readonly [Name in keyof T]?: Exclude<T[Name], undefined>;
  };

/** Several positive integers, with commas or spaces between them; told apart and sorted. */
export const counts = (most: number, atMost: number) =>
  z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
    .pipe(z.array(count(most)).min(1, 'At least one size.').max(atMost, `At most ${atMost} sizes.`))
    .transform((values) => [...new Set(values)].sort((a, b) => a - b));

/** Some of `known`, with commas between them; `all` is every one of them, `none` none. */
export const someOf = <const T extends string>(known: readonly T[]) =>
  z
    .string()
    .transform((text): string[] =>
      text === 'all' ? [...known] : text === 'none' ? [] : text.split(',').filter((part) => part !== ''),
    )
    .pipe(z.array(z.enum(known, `Only ${known.join(', ')} are known.`)));

/** What a form needs to know of a variant. */
export type VariantChoice = Pick<VariantInfo, 'id' | 'params'>;

/** `flash.blockM:64,flash.blockN:32`: parameters by variant, each one of its choices. */
export const variantParams = (variants: readonly VariantChoice[]) =>
  z.string().transform((text, context) => {
    const params: Record<string, Record<string, number>> = {};
    for (const entry of text.split(',').filter((part) => part !== '')) {
      const [, id = '', name = '', digits = ''] = /^([\w-]+)\.(\w+):(\d+)$/.exec(entry) ?? [];
      const value = Number(digits);
      const spec = variants.find((variant) => variant.id === id)?.params.find((param) => param.name === name);
      if (!spec?.choices.includes(value)) {
        context.addIssue(`'${entry}' is no parameter of these variants.`);
        return z.NEVER;
      }
      (params[id] ??= {})[name] = value;
    }
    return params;
  });

/** The value of one parameter in a text that `variantParams` reads; `''` is the variant's own choice. */
export function paramIn(text: string, variant: string, name: string): string {
  const entry = text.split(',').find((part) => part.startsWith(`${variant}.${name}:`));
  return entry?.slice(entry.indexOf(':') + 1) ?? '';
}

/** That text with one parameter changed. */
export function withParam(text: string, variant: string, name: string, value: string): string {
  const others = text.split(',').filter((part) => part !== '' && !part.startsWith(`${variant}.${name}:`));
  return [...others, ...(value === '' ? [] : [`${variant}.${name}:${value}`])].join(',');
}
