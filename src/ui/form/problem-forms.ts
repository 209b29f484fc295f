import type { TemplateResult } from 'lit';
import type { DeviceReport } from '../../measure/report.ts';
import type { OperationId } from '../../operations/list.ts';
import { requireOperation } from '../../operations/registry.ts';
import type { FieldErrors, Fields } from './fields.ts';
import type { Form } from './form-fields.ts';
import { optionControls } from './option-controls.ts';
import { firstFields, isLinked } from './option-fields.ts';
import { readProblem as readFields } from './read-problem.ts';

/** An operation with the options that a form of one problem has. Code is part of a kernel, and has a form of its own. */
function asked(id: OperationId) {
  const operation = requireOperation(id);
  return { ...operation, options: operation.options.filter(isLinked) };
}

/** A problem that every variant solves in a moment. */
export const problemDefaults = (operation: OperationId, device?: DeviceReport): Fields =>
  firstFields(asked(operation).options, 'one', device);

/** The controls of one problem of an operation. */
export const problemControls = (operation: OperationId, form: Form): TemplateResult[] =>
  optionControls(form, asked(operation).options, 'one');

/** The problem that the fields describe, or error messages by field. */
export type ReadProblem =
  | { readonly problem: object; readonly errors?: undefined }
  | { readonly problem?: undefined; readonly errors: FieldErrors };

/** @param changed the field that was changed last: a conflict with other fields is shown there */
export function readProblem(operation: OperationId, fields: Fields, changed?: string): ReadProblem {
  const { options, problem } = asked(operation);
  const size = options.find(({ sizes }) => sizes !== undefined);
  if (size !== undefined && /\d[\s,]+\d/.test(fields[size.name] ?? '')) {
    return { errors: { [size.name]: 'One size is compared at a time.' } };
  }
  const found = readFields({ options, problem }, { ...problemDefaults(operation), ...fields });
  if ('problem' in found) return { problem: found.problem };
  const errors = found.issues.map(({ field, message, speaksOf }) => [
    changed !== undefined && speaksOf.includes(changed) ? changed : field,
    message,
  ]);
  return { errors: Object.fromEntries(errors) as FieldErrors };
}
