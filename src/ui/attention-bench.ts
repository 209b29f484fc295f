import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { DeviceReport } from '../measure/report.ts';
import {
  ATTENTION_OPERATIONS,
  BROADCAST_CHOICES,
  CAUSAL_CHOICES,
  SCORE_FIELDS,
  attentionDefaults,
  attentionSettings,
} from './attention-settings.ts';
import { BenchPage } from './bench-page.ts';
import { choiceField, moreFields, sizesField, switchField, textField, type Form } from './form-fields.ts';

const SEQUENCE_LENGTHS = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];

/** Measures attention's variants over sequence lengths. */
@customElement('tw-attention-bench')
export class AttentionBench extends BenchPage {
  protected override readonly operations = ATTENTION_OPERATIONS;
  protected override readonly settings = attentionSettings();

  protected override defaults(device?: DeviceReport) {
    return attentionDefaults(device);
  }

  protected override problemFields(form: Form) {
    return html`
      <div class="wide">${sizesField(form, 'seqLenQ', 'Sequence lengths', SEQUENCE_LENGTHS)}</div>
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
        SCORE_FIELDS,
        html`
          <div class="wide">
            ${textField(form, 'window', 'Window', {
              placeholder: 'all keys',
              hint: 'Tokens seen before and after: 128, 0. Unlimited: -1.',
              inputmode: 'text',
            })}
          </div>
          ${choiceField(form, 'bias', 'Bias', BROADCAST_CHOICES)}
          ${choiceField(form, 'mask', 'Mask', BROADCAST_CHOICES)}
          <div class="wide">
            ${textField(form, 'seqLensKV', 'Valid keys', {
              placeholder: 'all',
              hint: 'One number for each batch entry.',
              inputmode: 'text',
            })}
          </div>
          <div class="wide">
            ${textField(form, 'softcap', 'Softcap c', {
              placeholder: 'none',
              hint: 'Scores become c · tanh(score / c).',
              inputmode: 'decimal',
            })}
          </div>
          ${switchField(form, 'alibi', 'ALiBi', 'Far keys score less.')}
          ${switchField(form, 'sinks', 'Sinks', 'One more logit a head.')}
        `,
      )}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-attention-bench': AttentionBench;
  }
}
