import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { requireOperation } from '../kernels/registry.ts';
import type { DeviceReport } from '../measure/report.ts';
import { BenchPage } from './bench-page.ts';
import { CLIP_GRADIENTS, contrastiveDefaults, contrastiveSettings } from './contrastive-settings.ts';
import { sizesField, textField, togglesField, type Form } from './form-fields.ts';

const BATCH_SIZES = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];

/** Measures the contrastive loss's variants over batch sizes. */
@customElement('tw-contrastive-bench')
export class ContrastiveBench extends BenchPage {
  protected override readonly operations = [requireOperation('contrastive')] as const;
  protected override readonly settings = contrastiveSettings(this.operations[0].variants);

  protected override defaults(device?: DeviceReport) {
    return contrastiveDefaults(device);
  }

  protected override problemFields(form: Form) {
    return html`
      <div class="wide">${sizesField(form, 'numRows', 'Batch sizes N', BATCH_SIZES)}</div>
      ${textField(form, 'embedDim', 'Embedding dim')}
      ${textField(form, 'logitScale', 'Logit scale', { inputmode: 'decimal', hint: 'CLIP starts at 1/0.07' })}
      <div class="wide">${togglesField(form, 'gradients', 'Gradients', CLIP_GRADIENTS)}</div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-contrastive-bench': ContrastiveBench;
  }
}
