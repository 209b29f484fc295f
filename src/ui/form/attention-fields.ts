import { html } from 'lit';
import { BROADCAST_CHOICES, CAUSAL_CHOICES } from './attention-settings.ts';
import { choiceField, moreFields, sizesField, switchField, textField, type Form } from './form-fields.ts';

const SEQUENCE_LENGTHS = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];

/** What masks and changes scores. */
const SCORE_LABELS = {
  window: 'Window',
  bias: 'Bias',
  mask: 'Mask',
  seqLensKV: 'Valid keys',
  softcap: 'Softcap',
  alibi: 'ALiBi',
  sinks: 'Sinks',
};

/** The controls of an attention problem, for one sequence length or for many. */
export function attentionFields(form: Form, sizes: 'one' | 'many') {
  return html`
    ${
      sizes === 'one'
        ? textField(form, 'seqLenQ', 'Sequence length')
        : html`<div class="wide">${sizesField(form, 'seqLenQ', 'Sequence lengths', SEQUENCE_LENGTHS)}</div>`
    }
    ${textField(form, 'batch', 'Batch')}
    ${textField(form, 'seqLenKV', 'Key length', { placeholder: 'as queries' })}
    ${textField(form, 'numHeads', 'Heads')}
    ${textField(form, 'numKVHeads', 'KV heads', { placeholder: 'as heads' })}
    ${textField(form, 'headDim', 'Head dim')}
    ${textField(form, 'headDimV', 'Value dim', { placeholder: 'as head dim' })}
    <div class="wide">${choiceField(form, 'causal', 'Causal mask', CAUSAL_CHOICES)}</div>
    ${moreFields(
      form,
      'Masks and scores',
      SCORE_LABELS,
      html`
        <div class="wide">
          ${textField(form, 'window', SCORE_LABELS.window, {
            placeholder: 'all keys',
            hint: 'Tokens before and after: 128, 0. All: -1.',
            inputmode: 'text',
          })}
        </div>
        <div class="wide">${choiceField(form, 'bias', SCORE_LABELS.bias, BROADCAST_CHOICES)}</div>
        <div class="wide">${choiceField(form, 'mask', SCORE_LABELS.mask, BROADCAST_CHOICES)}</div>
        <div class="wide">
          ${textField(form, 'seqLensKV', SCORE_LABELS.seqLensKV, {
            placeholder: 'all',
            hint: 'One number for each batch entry.',
            inputmode: 'text',
          })}
        </div>
        <div class="wide">
          ${textField(form, 'softcap', SCORE_LABELS.softcap, {
            placeholder: 'none',
            hint: 'c: scores become c · tanh(score / c).',
            inputmode: 'decimal',
          })}
        </div>
        ${switchField(form, 'alibi', SCORE_LABELS.alibi, 'Far keys score less.')}
        ${switchField(form, 'sinks', SCORE_LABELS.sinks, 'One more logit a head.')}
      `,
    )}
  `;
}
