import { z } from '../../core/schema.ts';
import type { MeasurePlan } from '../../measure/measure-plan.ts';
import type { VariantInfo } from '../../worker/api.ts';

/** A form's values as text, by name: what its inputs hold, and what a link carries. */
export type Fields = Readonly<Record<string, string>>;

/** How a page reads its form: one schema serves the inputs, the link and the run. */
export interface Settings<Plan = MeasurePlan> {
  /** Raised when an old link would mean something else. */
  readonly version: number;
  readonly schema: z.ZodMiniType<Plan>;
  /** Fields that a link leaves out while they have these values: the defaults of every device. */
  readonly unset: Fields;
  /** Fields that no link carries. */
  readonly unlinked?: readonly string[];
}

/** Error messages by field name; `''` for one that concerns no single field. */
export type FieldErrors = Readonly<Record<string, string>>;

export type Parsed<Plan = MeasurePlan> =
  | { readonly plan: Plan; readonly errors?: undefined }
  | { readonly plan?: undefined; readonly errors: FieldErrors };

/**
 * Reads all fields.
 * @param changed the field that was changed last: a conflict with other fields is shown there
 */
export function parseFields<Plan>(settings: Settings<Plan>, fields: Fields, changed = ''): Parsed<Plan> {
  const parsed = settings.schema.safeParse(fields);
  if (parsed.success) return { plan: parsed.data };
  const errors: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const name = speaksOf(issue).includes(changed) ? changed : String(issue.path[0] ?? '');
    errors[name] ??= issue.message;
  }
  return { errors };
}

/** The fields that do not go together. */
function speaksOf(issue: z.core.$ZodIssue): readonly unknown[] {
  const names: unknown = issue.code === 'custom' ? issue.params?.['speaksOf'] : undefined;
  return Array.isArray(names) ? names : [];
}

/** Refuses fields inside a `z.transform`. */
export function addIssue(
  context: z.core.ParsePayload,
  issue: Pick<z.core.$ZodIssueCustom, 'message' | 'params'> & { readonly path?: readonly PropertyKey[] },
): void {
  context.issues.push({ ...issue, code: 'custom', path: [...(issue.path ?? [])], input: context.value });
}

/** An integer of at least `least`. */
export const count = (most: number, least = 1) =>
  z.pipe(
    z.pipe(z.string().check(z.trim(), z.regex(/^\d+$/, 'Enter a whole number.')), z.transform(Number)),
    z.number().check(z.minimum(least, `At least ${least}.`), z.maximum(most, `At most ${most}.`)),
  );

/** A positive number. */
export const positive = (most: number) =>
  z.pipe(
    z.pipe(
      z.string().check(z.trim(), z.regex(/^\d*\.?\d+(e[+-]?\d+)?$/i, 'Enter a positive number.')),
      z.transform(Number),
    ),
    z.number().check(z.positive('More than 0.'), z.maximum(most, `At most ${most}.`)),
  );

/** `on` or `off`. */
export const onOrOff = z.pipe(
  z.enum(['off', 'on']),
  z.transform((text) => text === 'on'),
);

/** Several positive integers, with commas or spaces between them: sorted, and each once. */
export const counts = (most: number, atMost: number) =>
  z.pipe(
    z.pipe(
      z.pipe(
        z.string(),
        z.transform((text) => text.split(/[\s,]+/).filter((part) => part !== '')),
      ),
      z
        .array(count(most))
        .check(z.minLength(1, 'At least one size.'), z.maxLength(atMost, `At most ${atMost} sizes.`)),
    ),
    z.transform((values) => [...new Set(values)].sort((a, b) => a - b)),
  );

/** Some of `known`, with commas between them; `all` is every one of them, `none` none. */
export const someOf = <const T extends string>(known: readonly T[]) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text): string[] =>
        text === 'all' ? [...known] : text === 'none' ? [] : text.split(',').filter((part) => part !== ''),
      ),
    ),
    z.array(z.enum(known, `Only ${known.join(', ')} are known.`)),
  );

/** A variant, as a form sees it. */
export type VariantChoice = Pick<VariantInfo, 'id' | 'params'>;

/** `flash.blockM:64,flash.blockN:32`: parameters by variant, each one of its choices. */
export const variantParams = (variants: readonly VariantChoice[]) =>
  z.pipe(
    z.string(),
    z.transform((text, context) => {
      const params: Record<string, Record<string, number>> = {};
      for (const entry of text.split(',').filter((part) => part !== '')) {
        const [, id = '', name = '', digits = ''] = /^([\w-]+)\.(\w+):(\d+)$/.exec(entry) ?? [];
        const value = Number(digits);
        const spec = variants
          .find((variant) => variant.id === id)
          ?.params.find((param) => param.name === name);
        if (!spec?.choices.includes(value)) {
          addIssue(context, { message: `'${entry}' is no parameter of these variants.` });
          return z.NEVER;
        }
        (params[id] ??= {})[name] = value;
      }
      return params;
    }),
  );

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
