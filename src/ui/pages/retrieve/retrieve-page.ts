import { LitElement, html, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import {
  EMBEDDING_KINDS,
  EMBEDDING_WORDS,
  syntheticEmbeddings,
} from '../../../operations/retrieve/synthetic.ts';
import { FieldsController } from '../../form/fields-controller.ts';
import { choiceField, textField, togglesField, type Form } from '../../form/form-fields.ts';
import { benchStyles } from '../../form/form-page-styles.ts';
import { fieldError, linkNotice, studyForm, studyFormStyles } from '../../form/study-form.ts';
import { CallController } from '../../lab/call-controller.ts';
import { LabController } from '../../lab/lab-controller.ts';
import { runStatus } from '../../lab/run-status.ts';
import { base, panel } from '../../shell/styles.ts';
import { ownEmbeddings } from './own-embeddings.ts';
import { RETRIEVE_DEFAULTS, RETRIEVE_SETTINGS, STORAGE_NAMES, type RetrievePlan } from './settings.ts';
import { recallStudy, type RecallStudy } from './study.ts';
import '../../shell/no-webgpu.ts';

/** Searches in several forms of the same documents: what each takes, and what it finds. */
@customElement('tw-retrieve-page')
export class RetrievePage extends LitElement {
  readonly labs = new LabController(this);
  private readonly calls = new CallController<RecallStudy>(this);
  private readonly fields = new FieldsController(this, RETRIEVE_SETTINGS, RETRIEVE_DEFAULTS);
  @state() private file: File | undefined;
  @state() private study: RecallStudy | undefined;

  override render() {
    const { state: lab } = this.labs;
    if (lab.kind === 'unavailable') return html`<tw-no-webgpu .error=${lab.error}></tw-no-webgpu>`;
    return html`
      ${linkNotice(this.fields.notice)}
      <div class="layout">
        ${this.form()}
        <div class="outcome">
          ${runStatus(this.calls.run, () => this.calls.cancel())}
          <tw-retrieve-results .study=${this.study}></tw-retrieve-results>
        </div>
      </div>
    `;
  }

  private form(): TemplateResult {
    const page = {
      fields: this.fields,
      open: this.labs.state.kind === 'ready',
      running: this.calls.run.kind === 'running',
      action: 'Search',
      run: () => void this.run(),
    };
    return studyForm(
      page,
      (form) => html`
        <fieldset>
          <legend>Embeddings</legend>
          ${this.file === undefined ? seeded(form) : html`<p>${this.file.name}</p>`}
          <div class="fields">
            ${textField(form, 'numQueries', 'Queries')} ${textField(form, 'k', 'Nearest, k')}
          </div>
          <input
            type="file"
            accept=".npy,.npz,.safetensors"
            aria-label="Embeddings of your own"
            @change=${({ target }: Event) => {
              this.file = target instanceof HTMLInputElement ? target.files?.[0] : undefined;
            }}
          />
          <p class="small quiet">
            Or a .npy file of rows, the last of which are queries; or a .npz or .safetensors file with query
            and document.
          </p>
        </fieldset>
        <fieldset>
          <legend>Forms</legend>
          ${togglesField(form, 'storages', 'Documents as', STORAGE_NAMES)} ${fieldError(form, 'storages')}
          ${textField(form, 'candidates', 'Candidates', {
            ...{ hint: 'of binary, compared once more in f32; more than k', inputmode: 'text' },
          })}
        </fieldset>
      `,
    );
  }

  private async run(): Promise<void> {
    const { plan } = this.fields;
    const { lab } = this.labs;
    if (plan === undefined || lab === undefined) return;
    this.fields.keepInLink();
    // The chart asks for much code: it comes with the first search.
    void import('./retrieve-results.ts');
    const study = await this.calls.call(async (options) => {
      const { embedDim, ...embeddings } = await this.embeddings(plan);
      return recallStudy(lab, embeddings, embedDim, plan.k, plan.forms, options);
    });
    if (study !== undefined) this.study = study;
  }

  private async embeddings({ data, shape }: RetrievePlan) {
    if (this.file !== undefined) return ownEmbeddings(this.file, shape.numQueries);
    return { ...syntheticEmbeddings(data, shape), embedDim: shape.embedDim };
  }

  static override readonly styles = [base, panel, benchStyles, studyFormStyles];
}

const seeded = (form: Form): TemplateResult => html`
  ${choiceField(
    form,
    'data',
    'Data',
    EMBEDDING_KINDS.map((value) => ({ value, label: value })),
  )}
  <p class="small quiet">
    ${EMBEDDING_WORDS[EMBEDDING_KINDS.find((kind) => kind === form.fields['data']) ?? 'topics']}
  </p>
  <div class="fields">
    ${textField(form, 'numDocuments', 'Documents')} ${textField(form, 'embedDim', 'Embedding dim')}
  </div>
`;

declare global {
  interface HTMLElementTagNameMap {
    'tw-retrieve-page': RetrievePage;
  }
}
