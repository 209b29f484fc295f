import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import '@awesome.me/webawesome/dist/components/input/input.js';
import '@awesome.me/webawesome/dist/components/option/option.js';
import '@awesome.me/webawesome/dist/components/select/select.js';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Choice } from '../../core/option.ts';
import type { FieldErrors, Fields } from './fields.ts';
import './more-fields.ts';

/** A form, as its controls see it. */
export interface Form {
  readonly fields: Fields;
  readonly errors: FieldErrors;
  set(name: string, value: string): void;
}

export interface TextOptions {
  readonly hint?: string;
  readonly placeholder?: string;
  readonly inputmode?: 'numeric' | 'decimal' | 'text';
}

/** One line of text, with an error or a hint below it. */
export function textField(
  form: Form,
  name: string,
  label: string,
  options: TextOptions = {},
): TemplateResult {
  const error = form.errors[name];
  return html`
    <wa-input
      size="s"
      name=${name}
      label=${label}
      .value=${live(form.fields[name] ?? '')}
      placeholder=${options.placeholder ?? nothing}
      inputmode=${options.inputmode ?? 'numeric'}
      autocomplete="off"
      class=${error === undefined ? '' : 'invalid'}
      aria-invalid=${error === undefined ? nothing : 'true'}
      @input=${(event: Event) => {
        form.set(name, valueOf(event));
      }}
    >
      ${hintOf(error ?? options.hint, error !== undefined)}
    </wa-input>
  `;
}

/** A control for one of a few choices. */
export function choiceField(
  form: Form,
  name: string,
  label: string,
  choices: readonly Choice[],
): TemplateResult {
  return html`
    <wa-select
      size="s"
      name=${name}
      label=${label}
      .value=${form.fields[name] ?? ''}
      @change=${(event: Event) => {
        form.set(name, valueOf(event));
      }}
    >
      ${choices.map(({ value, label }) => html`<wa-option value=${value}>${label}</wa-option>`)}
      ${hintOf(form.errors[name], true)}
    </wa-select>
  `;
}

/** A checkbox, whose text is `on` or `off`. */
export function switchField(form: Form, name: string, label: string, hint: string): TemplateResult {
  return html`
    <wa-checkbox
      size="s"
      name=${name}
      hint=${hint}
      .checked=${live(form.fields[name] === 'on')}
      @change=${(event: Event) => {
        form.set(name, isChecked(event) ? 'on' : 'off');
      }}
    >
      ${label}
    </wa-checkbox>
  `;
}

/** A number between two others: a slider, with the number beside it. */
export function sliderField(
  form: Form,
  name: string,
  label: string,
  { least, most, step }: { readonly least: number; readonly most: number; readonly step: number },
): TemplateResult {
  const value = form.fields[name] ?? '';
  return html`
    <label class="slider small">
      <span>${label}: <output>${value}</output></span>
      <input
        type="range"
        name=${name}
        min=${least}
        max=${most}
        step=${step}
        .value=${live(value)}
        @input=${(event: Event) => {
          form.set(name, valueOf(event));
        }}
      />
    </label>
  `;
}

/** Several sizes: free text, and a chip for each usual one. */
export function sizesField(
  form: Form,
  name: string,
  label: string,
  presets: readonly number[],
): TemplateResult {
  const chosen = (form.fields[name] ?? '').split(/[\s,]+/).filter((part) => part !== '');
  const toggle = (size: string) => {
    const next = chosen.includes(size) ? chosen.filter((other) => other !== size) : [...chosen, size];
    form.set(name, next.sort((a, b) => Number(a) - Number(b)).join(', '));
  };
  return html`
    ${textField(form, name, label, { inputmode: 'text' })}
    <div class="chips" role="group" aria-label=${`${label}: usual ones`}>
      ${presets.map(String).map(
        (size) => html`
          <button
            type="button"
            aria-pressed=${chosen.includes(size)}
            @click=${() => {
              toggle(size);
            }}
          >
            ${size}
          </button>
        `,
      )}
    </div>
  `;
}

/** Any of a few, each on or off; in the field `all`, `none`, or names with commas between. */
export function togglesField(
  form: Form,
  name: string,
  label: string,
  choices: readonly string[],
): TemplateResult {
  const text = form.fields[name] ?? '';
  const chosen = text === 'all' ? choices : text.split(',');
  const toggle = (choice: string) => {
    const next = choices.filter((other) => (other === choice) !== chosen.includes(other));
    form.set(name, next.length === choices.length ? 'all' : next.length === 0 ? 'none' : next.join(','));
  };
  return html`
    <div class="label" id=${`${name}-label`}>${label}</div>
    <div class="chips" role="group" aria-labelledby=${`${name}-label`}>
      ${choices.map(
        (choice) => html`
          <button
            type="button"
            aria-pressed=${chosen.includes(choice)}
            @click=${() => {
              toggle(choice);
            }}
          >
            ${choice}
          </button>
        `,
      )}
    </div>
  `;
}

/**
 * Fields behind a summary.
 * @param words what is set among them
 */
export function moreFields(
  { errors }: Form,
  heading: string,
  words: readonly string[],
  fields: readonly { readonly name: string }[],
  content: readonly TemplateResult[],
): TemplateResult {
  const isWrong = fields.some(({ name }) => name in errors);
  return html`
    <tw-more-fields
      class="wide"
      heading=${heading}
      words=${words.join(' · ')}
      ?wanted=${words.length > 0 || isWrong}
    >
      <div class="fields">${content}</div>
    </tw-more-fields>
  `;
}

/** The text of an input or select that an event comes from. */
export function valueOf(event: Event): string {
  const { target } = event;
  const value: unknown = target !== null && 'value' in target ? target.value : undefined;
  return typeof value === 'string' ? value : '';
}

/** Whether the checkbox that an event comes from is ticked. */
export function isChecked(event: Event): boolean {
  const { target } = event;
  return target !== null && 'checked' in target && target.checked === true;
}

/** The words under a control. */
export function hintOf(text: string | undefined, isError: boolean) {
  return text === undefined
    ? nothing
    : html`<span slot="hint" class=${isError ? 'error' : ''}>${text}</span>`;
}
