import '@awesome.me/webawesome/dist/components/button/button.js';
import { html, nothing, type TemplateResult } from 'lit';
import { LOSS_TITLES } from '../../../operations/contrastive/options/loss-titles.ts';
import { choiceField, textField, type Form } from '../../form/form-fields.ts';
import { shuffleIcon } from '../../shell/icons.ts';
import { COL_BLOCKS, ROW_BLOCKS } from './settings.ts';

const CAUSAL_CHOICES = [
  { value: 'off', label: 'Off' },
  { value: 'bottom-right', label: 'Bottom-right' },
  { value: 'top-left', label: 'Top-left' },
];
const choicesOf = (sizes: readonly number[]) =>
  sizes.map((size) => ({ value: String(size), label: String(size) }));

/** The controls of the problem that is stepped through. */
export function problemForm(form: Form): TemplateResult {
  const reseed = () => form.set('seed', String((Number(form.fields['seed']) % 999) + 1));
  return html`
    <div class="fields" role="group" aria-label="Problem">
      ${form.fields['lesson'] === 'contrastive' ? contrastiveFields(form) : attentionFields(form)}
      ${choiceField(form, 'blockM', 'blockM', choicesOf(ROW_BLOCKS))}
      ${choiceField(form, 'blockN', 'blockN', choicesOf(COL_BLOCKS))} ${textField(form, 'seed', 'Seed')}
      <wa-button data-action="reseed" size="s" appearance="outlined" title="Other numbers" @click=${reseed}>
        ${shuffleIcon}<span class="hidden-words">Other numbers</span>
      </wa-button>
    </div>
  `;
}

const attentionFields = (form: Form): TemplateResult => html`
  ${textField(form, 'seqLenQ', 'Queries')} ${textField(form, 'seqLenKV', 'Keys')}
  ${textField(form, 'headDim', 'Head dim')}
  <div class="broad">${choiceField(form, 'causal', 'Causal mask', CAUSAL_CHOICES)}</div>
`;

const LOSS_CHOICES = [
  { value: 'clip', label: LOSS_TITLES.clip },
  { value: 'siglip', label: LOSS_TITLES.siglip },
];

const contrastiveFields = (form: Form): TemplateResult => html`
  <div class="broad">${choiceField(form, 'loss', 'Loss', LOSS_CHOICES)}</div>
  ${textField(form, 'numRows', 'Pairs')} ${textField(form, 'embedDim', 'Embed dim')}
  ${textField(form, 'logitScale', 'Logit scale', { inputmode: 'decimal' })}
  ${form.fields['loss'] === 'siglip' ? textField(form, 'logitBias', 'Logit bias', { inputmode: 'text' }) : nothing}
`;
