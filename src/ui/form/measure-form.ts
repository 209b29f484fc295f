import type { TemplateResult } from 'lit';
import { z } from '../../core/schema.ts';
import type { MeasureCase } from '../../measure/measure-plan.ts';
import type { DeviceReport } from '../../measure/report.ts';
import type { OperationId } from '../../operations/list.ts';
import type { ListedOperation } from '../../operations/listed.ts';
import { requireOperation } from '../../operations/registry.ts';
import { addIssue, counts, someOf, variantParams, type Fields, type Settings } from './fields.ts';
import type { Form } from './form-fields.ts';
import { MEASURING_FIELDS, MEASURING_UNSET } from './measuring-fields.ts';
import { optionControls } from './option-controls.ts';
import { firstFields, fixedFields, isLinked } from './option-fields.ts';
import { readProblem } from './read-problem.ts';

/** How a page asks for problems to measure: of one operation, or of several whose problems are alike. */
export interface MeasureForm {
  readonly operations: readonly [Measured, ...Measured[]];
  readonly settings: Settings;
  /** The field whose values are the sizes to measure. */
  readonly sizeField: string;
  /** A few seconds' work. */
  readonly defaults: (device?: DeviceReport) => Fields;
  /** The controls that describe the problem. */
  readonly controls: (form: Form) => TemplateResult[];
}

type Measured = ListedOperation<OperationId>;

const MOST_SIZES = 12;
const MOST_SIZE = 2 ** 20;

export function measureForm(...ids: readonly [OperationId, ...OperationId[]]): MeasureForm {
  const [first, ...others] = ids;
  const operations = [requireOperation(first), ...others.map(requireOperation)] as const;
  const options = operations.flatMap(({ options: own }, index) =>
    // The options of the first operation, then those that only others have.
    own.filter(
      ({ name }) =>
        !operations.slice(0, index).some((before) => before.options.some((one) => one.name === name)),
    ),
  );
  const sizeField = options.find(({ sizes }) => sizes !== undefined)?.name ?? '';
  const chosen = ({ operation = first }: Fields) => operations.find(({ id }) => id === operation);
  const named: Fields = ids.length > 1 ? { operation: first } : {};
  return {
    operations,
    sizeField,
    settings: {
      version: 1,
      schema: schemaOf(chosen, sizeField),
      unset: { ...named, ...fixedFields(options, 'many'), ...MEASURING_UNSET },
      unlinked: options.filter((option) => !isLinked(option)).map(({ name }) => name),
    },
    defaults: (device) => ({
      ...named,
      ...firstFields(options, 'many', device),
      ...MEASURING_UNSET,
      variants: 'all',
      params: '',
      budgetMs: device?.isFallbackAdapter === false ? '2000' : '500',
    }),
    controls: (form) => optionControls(form, (chosen(form.fields) ?? operations[0]).options, 'many'),
  };
}

const schemaOf = (chosen: (fields: Fields) => Measured | undefined, sizeField: string): Settings['schema'] =>
  z.pipe(
    z.record(z.string(), z.string()),
    z.transform((fields, context) => {
      const operation = chosen(fields);
      if (operation === undefined) {
        addIssue(context, { path: ['operation'], message: 'There is no such operation.' });
        return z.NEVER;
      }
      const { variants } = operation;
      const read = z
        .object({
          variants: variantsIn(variants.map(({ id }) => id)),
          params: variantParams(variants),
          ...MEASURING_FIELDS,
        })
        .safeParse(fields);
      const sizes = counts(MOST_SIZE, MOST_SIZES).safeParse(fields[sizeField]);
      for (const { path, message } of read.error?.issues ?? []) {
        addIssue(context, { path, message });
      }
      const [size] = sizes.error?.issues ?? [];
      if (size !== undefined) addIssue(context, { path: [sizeField], message: size.message });
      const cases = casesOf(operation, fields, sizeField, sizes.data ?? [undefined], context);
      if (read.data === undefined || sizes.data === undefined || cases === undefined) return z.NEVER;
      const { budgetMs, yardstick, seed, params, variants: some } = read.data;
      return {
        cases: cases.map((one) => ({ ...one, ...(some && { variants: some }), params })),
        ...{ budgetMs, matmul: yardstick, seed },
      };
    }),
  );

/** Ids with commas between them; nothing for all of them, which the device then decides about. */
const variantsIn = (known: readonly string[]) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text) => (text === 'all' ? undefined : text)),
    ),
    z.optional(someOf(known).check(z.refine((some) => some.length > 0, 'Choose at least one variant.'))),
  );

/** A case for each size; `undefined` after an issue, if one cannot be read. */
function casesOf(
  operation: Measured,
  fields: Fields,
  sizeField: string,
  sizes: readonly (number | undefined)[],
  context: z.core.ParsePayload,
): MeasureCase[] | undefined {
  const cases: MeasureCase[] = [];
  for (const size of sizes) {
    // Sizes that cannot be read have an issue already; the other fields are read with any size.
    const found = readProblem(operation, { ...fields, [sizeField]: String(size ?? 1024) });
    if ('issues' in found) {
      for (const { field, message, speaksOf } of found.issues) {
        addIssue(context, { path: [field], message, params: { speaksOf } });
      }
      return undefined;
    }
    cases.push({ operation: operation.id, problem: found.problem });
  }
  return cases;
}
