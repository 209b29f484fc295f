import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/callout/callout.js';
import { css, html, nothing, type TemplateResult } from 'lit';
import { runIcon, warningIcon } from '../shell/icons.ts';
import type { FieldsController } from './fields-controller.ts';
import type { Form } from './form-fields.ts';

/** The form of a page that runs one study at a time. */
export interface StudyForm<Plan> {
  readonly fields: FieldsController<Plan>;
  /** Whether the lab is there. */
  readonly open: boolean;
  readonly running: boolean;
  /** The word on its button. */
  readonly action: string;
  run(): void;
}

/** Fieldsets, and a button that runs the study unless a field has an error. */
export function studyForm<Plan>(
  { fields, open, running, action, run }: StudyForm<Plan>,
  fieldsets: (form: Form) => TemplateResult,
): TemplateResult {
  const { form } = fields;
  const ready = open && !running && Object.keys(form.errors).length === 0;
  return html`
    <form
      class="panel"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        if (ready) run();
      }}
    >
      ${fieldsets(form)}
      <div class="go">
        <wa-button type="submit" variant="brand" ?disabled=${!ready} ?loading=${running}>
          <span slot="start">${runIcon}</span>${action}
        </wa-button>
      </div>
    </form>
  `;
}

/** The error of a field whose control shows none. */
export const fieldError = ({ errors }: Form, name: string): TemplateResult | typeof nothing =>
  errors[name] === undefined ? nothing : html`<p class="error small">${errors[name]}</p>`;

/** A warning about the link that the page was opened with. */
export const linkNotice = (notice: string | undefined): TemplateResult | typeof nothing =>
  notice === undefined
    ? nothing
    : html`<wa-callout size="s" variant="warning" role="status">
        <span slot="icon">${warningIcon}</span>${notice}
      </wa-callout>`;

export const studyFormStyles = css`
  input[type='file'] {
    width: 100%;
    margin-top: 0.75rem;
    font: inherit;
    font-size: 0.8125rem;
  }
  .go {
    padding: 1rem 1.15rem;
  }
  wa-button[type='submit'] {
    width: 100%;
  }
  .error {
    color: var(--wa-color-danger-on-quiet);
  }
  fieldset > * + * {
    margin-top: 0.6rem;
  }
`;
