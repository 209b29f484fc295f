import { html } from 'lit';
import { z } from 'zod';
import type { DeviceReport } from '../../measure/report.ts';
import { MAX_HEAD_DIM } from '../../operations/attention/problem.ts';
import { count, type Fields, type Settings } from './fields.ts';
import { textField, type Form } from './form-fields.ts';
import { readPlan } from './read-plan.ts';

/** Four states, as of a prompt in four pieces. */
export function mergeStatesDefaults(device?: DeviceReport): Fields {
  return { numStates: '4', numRows: device?.isFallbackAdapter === false ? '65536' : '4096', headDimV: '64' };
}

export function mergeStatesSettings(): Settings {
  const schema = z
    .object({ numStates: count(1024), numRows: count(1 << 24), headDimV: count(MAX_HEAD_DIM) })
    .transform((problem, context) => readPlan(context, {}, () => [{ operation: 'merge-states', problem }]));
  return { version: 1, schema, unset: {} };
}

export function mergeStatesFields(form: Form) {
  return html`
    ${textField(form, 'numStates', 'States')} ${textField(form, 'numRows', 'Rows')}
    ${textField(form, 'headDimV', 'Value dim')}
  `;
}
