import '@awesome.me/webawesome/dist/components/button/button.js';
import { html, type TemplateResult } from 'lit';
import { choiceField, textField, type Form } from '../../form/form-fields.ts';
import { shuffleIcon } from '../../shell/icons.ts';
import { lessonCalled } from './lessons.ts';
import { COL_BLOCKS, ROW_BLOCKS } from './settings.ts';

const choicesOf = (sizes: readonly number[]) =>
  sizes.map((size) => ({ value: String(size), label: String(size) }));

/** The controls of the problem that is stepped through. */
export function problemForm(form: Form): TemplateResult {
  const reseed = () => form.set('seed', String((Number(form.fields['seed']) % 999) + 1));
  return html`
    <div class="fields" role="group" aria-label="Problem">
      ${lessonCalled(form.fields['lesson']).controls(form)}
      ${choiceField(form, 'blockM', 'blockM', choicesOf(ROW_BLOCKS))}
      ${choiceField(form, 'blockN', 'blockN', choicesOf(COL_BLOCKS))} ${textField(form, 'seed', 'Seed')}
      <wa-button data-action="reseed" size="s" appearance="outlined" title="Other numbers" @click=${reseed}>
        ${shuffleIcon}<span class="hidden-words">Other numbers</span>
      </wa-button>
    </div>
  `;
}
