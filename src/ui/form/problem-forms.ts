import type { TemplateResult } from 'lit';
import { requireOperation, type OperationId } from '../../operations/index.ts';
import type { DeviceReport } from '../../measure/report.ts';
import { attentionFields } from './attention-fields.ts';
import { attentionDefaults, attentionSettings } from './attention-settings.ts';
import { contrastiveFields } from './contrastive-fields.ts';
import { contrastiveDefaults, contrastiveSettings } from './contrastive-settings.ts';
import { parseFields, type FieldErrors, type Fields, type Settings } from './fields.ts';
import type { Form } from './form-fields.ts';
import { MEASURING_UNSET } from './measuring-fields.ts';
import { mergeStatesDefaults, mergeStatesFields, mergeStatesSettings } from './merge-states-form.ts';
import { sharedPrefixDefaults, sharedPrefixFields, sharedPrefixSettings } from './shared-prefix-form.ts';

/** How one problem of an operation is asked for. */
export interface ProblemForm {
  readonly settings: Settings;
  /** A problem that every variant solves in a moment. */
  defaults(device?: DeviceReport): Fields;
  template(form: Form): TemplateResult;
}

/** What a bench page asks besides its problem. */
const BESIDES = { variants: 'all', params: '', budgetMs: '1', ...MEASURING_UNSET };

const withoutBesides = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !(name in BESIDES)));

const attention: ProblemForm = {
  settings: attentionSettings(),
  defaults: (device) => ({
    ...withoutBesides(attentionDefaults(device)),
    seqLenQ: device?.isFallbackAdapter === false ? '1024' : '128',
  }),
  template: (form) => attentionFields(form, 'one'),
};

export const PROBLEM_FORMS: Readonly<Record<OperationId, ProblemForm>> = {
  attention,
  'attention-backward': {
    ...attention,
    defaults: (device) => ({ ...attention.defaults(device), operation: 'attention-backward' }),
  },
  'shared-prefix': {
    settings: sharedPrefixSettings(),
    defaults: sharedPrefixDefaults,
    template: sharedPrefixFields,
  },
  'merge-states': {
    settings: mergeStatesSettings(),
    defaults: mergeStatesDefaults,
    template: mergeStatesFields,
  },
  contrastive: {
    settings: contrastiveSettings(requireOperation('contrastive').variants),
    defaults: (device) => ({
      ...withoutBesides(contrastiveDefaults(device)),
      numRows: device?.isFallbackAdapter === false ? '1024' : '128',
    }),
    template: (form) => contrastiveFields(form, 'one'),
  },
};

/** The problem that the fields describe, or what is wrong with them by their names. */
export type ReadProblem =
  | { readonly problem: object; readonly errors?: undefined }
  | { readonly problem?: undefined; readonly errors: FieldErrors };

export function readProblem(operation: OperationId, fields: Fields): ReadProblem {
  const { settings } = PROBLEM_FORMS[operation];
  const { plan, errors } = parseFields(settings, { ...fields, ...BESIDES });
  if (errors) return { errors };
  const [only, ...others] = plan.cases;
  if (only !== undefined && others.length === 0) return { problem: only.problem };
  const name = 'seqLenQ' in fields ? 'seqLenQ' : requireOperation(operation).words.size.field;
  return { errors: { [name]: 'One size is compared at a time.' } };
}
