import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { attention } from '../kernels/attention/operation.ts';
import type { DeviceReport } from '../measure/report.ts';
import { CAUSAL_CHOICES, attentionDefaults, attentionSettings } from './attention-settings.ts';
import { BenchPage } from './bench-page.ts';
import { choiceField, sizesField, textField, type Form } from './form-fields.ts';

const SEQUENCE_LENGTHS = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];

/** Measures attention's variants over sequence lengths. */
@customElement('tw-attention-bench')
export class AttentionBench extends BenchPage {
  protected override readonly operation = attention;
  protected override readonly settings = attentionSettings(attention.variants);

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
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-attention-bench': AttentionBench;
  }
}
