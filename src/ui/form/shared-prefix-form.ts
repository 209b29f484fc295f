import { html } from 'lit';
import { z } from 'zod';
import { sharedPrefixProblem } from '../../operations/shared-prefix/problem.ts';
import { MAX_HEAD_DIM } from '../../operations/attention/problem.ts';
import type { DeviceReport } from '../../measure/report.ts';
import { count, given, optionalCount, type Fields, type Settings } from './fields.ts';
import { textField, type Form } from './form-fields.ts';
import { readPlan } from './read-plan.ts';

/** A batch that decodes after a prompt all its entries share. */
export function sharedPrefixDefaults(device?: DeviceReport): Fields {
  const small = device?.isFallbackAdapter !== false;
  return {
    batch: small ? '4' : '16',
    seqLenQ: '1',
    seqLenKV: small ? '160' : '2304',
    prefixLen: small ? '128' : '2048',
    numHeads: small ? '4' : '32',
    numKVHeads: small ? '2' : '8',
    headDim: '64',
  };
}

export function sharedPrefixSettings(): Settings {
  const schema = z
    .object({
      batch: count(1024),
      seqLenQ: count(1 << 20),
      seqLenKV: count(1 << 20),
      prefixLen: count(1 << 20),
      numHeads: count(1024),
      numKVHeads: optionalCount(1024),
      headDim: count(MAX_HEAD_DIM),
    })
    .transform((fields, context) =>
      readPlan(context, {}, () => [
        { operation: 'shared-prefix', problem: sharedPrefixProblem(given(fields)) },
      ]),
    );
  return { version: 1, schema, unset: {} };
}

export function sharedPrefixFields(form: Form) {
  return html`
    ${textField(form, 'batch', 'Batch')} ${textField(form, 'seqLenQ', 'Queries')}
    ${textField(form, 'seqLenKV', 'Keys')} ${textField(form, 'prefixLen', 'Of them shared')}
    ${textField(form, 'numHeads', 'Heads')}
    ${textField(form, 'numKVHeads', 'KV heads', { placeholder: 'as heads' })}
    ${textField(form, 'headDim', 'Head dim')}
  `;
}
