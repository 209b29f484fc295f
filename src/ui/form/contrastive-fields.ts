import { html } from 'lit';
import { LOSSES } from '../../operations/contrastive/losses.ts';
import { GRADIENTS } from '../../operations/contrastive/problem.ts';
import { LOSS_TITLES } from './contrastive-settings.ts';
import { choiceField, sizesField, textField, togglesField, type Form } from './form-fields.ts';

const BATCH_SIZES = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];

/** The controls of a contrastive problem, for one batch size or for many. */
export function contrastiveFields(form: Form, sizes: 'one' | 'many') {
  return html`
    <div class="wide">
      ${choiceField(
        form,
        'loss',
        'Loss',
        LOSSES.map((value) => ({ value, label: LOSS_TITLES[value] })),
      )}
    </div>
    ${
      sizes === 'one'
        ? textField(form, 'numRows', 'Batch size N')
        : html`<div class="wide">${sizesField(form, 'numRows', 'Batch sizes N', BATCH_SIZES)}</div>`
    }
    ${textField(form, 'embedDim', 'Embedding dim')}
    ${textField(form, 'logitScale', 'Logit scale', { inputmode: 'decimal', hint: 'CLIP starts at 1/0.07' })}
    ${choiceField(form, 'normalize', 'Normalise rows', [
      { value: 'no', label: 'no' },
      { value: 'yes', label: 'yes, with its gradient' },
    ])}
    <div class="wide">${togglesField(form, 'gradients', 'Gradients', GRADIENTS)}</div>
  `;
}
