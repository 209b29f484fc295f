import '@awesome.me/webawesome/dist/components/textarea/textarea.js';
import { html, nothing, type TemplateResult } from 'lit';
import { BASIC, groupsOf, type Control, type Option } from '../../core/option.ts';
import { presetText } from '../../core/option-text.ts';
import {
  choiceField,
  hintOf,
  moreFields,
  sizesField,
  switchField,
  textField,
  togglesField,
  valueOf,
  type Form,
} from './form-fields.ts';
import { isUsual } from './option-fields.ts';

/** The controls of a table: a newcomer's first, the others folded away by subject. */
export function optionControls(
  form: Form,
  options: readonly Option<object>[],
  sizes: 'one' | 'many',
): TemplateResult[] {
  return groupsOf(options).map(([group, rows]) => {
    const controls = rows.map((row) => optionControl(form, row, sizes));
    return group === BASIC ? html`${controls}` : moreFields(form, group, wordsOf(form, rows), rows, controls);
  });
}

/** The options of a group that are set, in words. */
function wordsOf({ fields }: Form, rows: readonly Option<object>[]): string[] {
  return rows.flatMap((row) => {
    const text = fields[row.name] ?? '';
    if (isUsual(row, text)) return [];
    const isNamed = row.control.kind === 'switch' || row.control.kind === 'code';
    return [isNamed ? row.title : `${row.title} ${text}`];
  });
}

function optionControl(form: Form, option: Option<object>, sizes: 'one' | 'many'): TemplateResult {
  const { name, title, control, sizes: several } = option;
  if (several !== undefined && sizes === 'many') {
    return wide(sizesField(form, name, `${title}: one or many`, several.usual));
  }
  const hint = option.group === BASIC ? undefined : sentence(option.help);
  switch (control.kind) {
    case 'switch':
      return wide(switchField(form, name, title, sentence(option.help)));
    case 'choice':
      return wide(choiceField(form, name, title, control.choices));
    case 'choices': {
      const names = control.choices.map(({ value }) => value);
      return wide(togglesField(form, name, title, names));
    }
    case 'preset':
      return wide(presetField(form, option, control));
    case 'code':
      return wide(codeField(form, option, control.signature));
    default: {
      const isHalf = option.group === BASIC;
      const placeholder = option.unset === undefined ? {} : { placeholder: option.unset };
      const inputmode = INPUT_MODES[control.kind];
      const field = textField(form, name, title, {
        ...placeholder,
        ...(hint !== undefined && { hint }),
        inputmode,
      });
      return isHalf ? field : wide(field);
    }
  }
}

/** Only a text may have a sign, or commas. */
const INPUT_MODES = { count: 'numeric', number: 'text', counts: 'text' } as const;

const wide = (field: TemplateResult): TemplateResult => html`<div class="wide">${field}</div>`;

/** `query heads` as a sentence of its own. The name of a loss stays as it is. */
const sentence = (words: string): string =>
  /^[\w-]+[:,]/.test(words) ? `${words}.` : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

/** A well-known function by name, and its parameters. */
function presetField(
  form: Form,
  { name, title }: Option<object>,
  { presets }: Extract<Control, { kind: 'preset' }>,
): TemplateResult {
  const text = form.fields[name] ?? '';
  const [id = '', ...rest] = text.split(':');
  const chosen = presets.find(({ value }) => value === id);
  const nothingChosen = { value: 'none', label: 'None' };
  const choice: Form = {
    fields: { [name]: chosen?.value ?? nothingChosen.value },
    errors: {},
    set(_, value) {
      const params = presets.find((one) => one.value === value)?.example;
      form.set(name, params === undefined ? '' : presetText({ name: value, params }));
    },
  };
  const error = form.errors[name];
  const params: Form = {
    fields: { params: rest.join(':') },
    errors: error === undefined ? {} : { params: error },
    set(_, value) {
      form.set(name, `${id}:${value}`);
    },
  };
  return html`
    ${choiceField(choice, name, title, [nothingChosen, ...presets])}
    ${chosen === undefined ? nothing : textField(params, 'params', 'Its parameters', { inputmode: 'text' })}
  `;
}

/** The body of a WGSL function. */
function codeField(form: Form, { name, title, help }: Option<object>, signature: string): TemplateResult {
  const error = form.errors[name];
  return html`
    <wa-textarea
      size="s"
      rows="2"
      name=${name}
      label=${title}
      placeholder=${signature}
      spellcheck="false"
      .value=${form.fields[name] ?? ''}
      @input=${(event: Event) => {
        form.set(name, valueOf(event));
      }}
    >
      ${hintOf(error ?? `${sentence(help)} Links do not carry it.`, error !== undefined)}
    </wa-textarea>
  `;
}
