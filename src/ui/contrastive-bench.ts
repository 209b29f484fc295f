import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { requireOperation } from '../kernels/registry.ts';
import { LOSSES } from '../kernels/contrastive/losses.ts';
import { GRADIENTS } from '../kernels/contrastive/problem.ts';
import type { DeviceReport } from '../measure/report.ts';
import { BenchPage } from './bench-page.ts';
import { contrastiveDefaults, contrastiveSettings, LOSS_TITLES } from './contrastive-settings.ts';
import { choiceField, sizesField, textField, togglesField, type Form } from './form-fields.ts';

const BATCH_SIZES = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];

/** Measures the contrastive loss's variants over batch sizes. */
@customElement('tw-contrastive-bench')
export class ContrastiveBench extends BenchPage {
  protected override readonly operations = [requireOperation('contrastive')] as const;
  protected override readonly settings = contrastiveSettings(this.operations[0].variants);
  protected override readonly sizeField = 'numRows';

  protected override defaults(device?: DeviceReport) {
    return contrastiveDefaults(device);
  }

  protected override problemFields(form: Form) {
    return html`
      <div class="wide">
        ${choiceField(
          form,
          'loss',
          'Loss',
          LOSSES.map((value) => ({ value, label: LOSS_TITLES[value] })),
        )}
      </div>
      <div class="wide">${sizesField(form, 'numRows', 'Batch sizes N', BATCH_SIZES)}</div>
      ${textField(form, 'embedDim', 'Embedding dim')}
      ${textField(form, 'logitScale', 'Logit scale', { inputmode: 'decimal', hint: 'CLIP starts at 1/0.07' })}
      ${choiceField(form, 'normalize', 'Normalise rows', [
        { value: 'no', label: 'no' },
        { value: 'yes', label: 'yes, with its gradient' },
      ])}
      <div class="wide">${togglesField(form, 'gradients', 'Gradients', GRADIENTS)}</div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-contrastive-bench': ContrastiveBench;
  }
}
