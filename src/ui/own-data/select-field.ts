import { html, type TemplateResult } from 'lit';
import { valueOf } from '../form/form-fields.ts';

/** The browser's own select: hundreds of arrays are nothing to it. */
export function selectField(
  name: string,
  label: string,
  chosen: string,
  choices: readonly { readonly value: string; readonly label: string }[],
  set: (value: string) => void,
): TemplateResult {
  return html`
    <label>
      <span class="small">${label}</span>
      <select
        name=${name}
        @change=${(event: Event) => {
          set(valueOf(event));
        }}
      >
        ${choices.map(({ value, label }) => html`<option value=${value} ?selected=${value === chosen}>${label}</option>`)}
      </select>
    </label>
  `;
}
