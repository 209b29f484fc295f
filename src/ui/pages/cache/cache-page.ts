import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { capturedCache, type CapturedCache } from '../../../operations/kv-cache/captured.ts';
import { METHODS } from '../../../operations/kv-cache/methods/index.ts';
import type { HeadsArgs } from '../../../operations/kv-cache/head-attention.ts';
import type { CacheStudy } from '../../../operations/kv-cache/study.ts';
import {
  CACHE_KINDS,
  KIND_WORDS,
  syntheticCache,
  TRAITS,
  type Trait,
} from '../../../operations/kv-cache/synthetic.ts';
import {
  choiceField,
  sliderField,
  switchField,
  textField,
  togglesField,
  type Form,
} from '../../form/form-fields.ts';
import { benchStyles } from '../../form/form-page-styles.ts';
import { FieldsController } from '../../form/fields-controller.ts';
import { fieldError, linkNotice, studyForm, studyFormStyles } from '../../form/study-form.ts';
import { CallController } from '../../lab/call-controller.ts';
import { LabController } from '../../lab/lab-controller.ts';
import { runStatus } from '../../lab/run-status.ts';
import { openIcon } from '../../shell/icons.ts';
import { base, panel } from '../../shell/styles.ts';
import { CACHE_DEFAULTS, CACHE_SETTINGS, FORMAT_CHOICES } from './settings.ts';
import '../../shell/no-webgpu.ts';
import './capture-recipe.ts';
import './method-cards.ts';

/** The cache bench: methods to encode a key/value cache, tried on one cache. */
@customElement('tw-cache-page')
export class CachePage extends LitElement {
  readonly labs = new LabController(this);
  private readonly calls = new CallController<CacheStudy>(this);
  private readonly fields = new FieldsController(this, CACHE_SETTINGS, CACHE_DEFAULTS);
  @state() private own: { readonly name: string; readonly cache: CapturedCache } | undefined;
  @state() private study: CacheStudy | undefined;
  @state() private studied: HeadsArgs | undefined;

  override render() {
    const { state: lab } = this.labs;
    if (lab.kind === 'unavailable') return html`<tw-no-webgpu .error=${lab.error}></tw-no-webgpu>`;
    const chosen = this.fields.fields['methods'] ?? '';
    const cards = METHODS.filter(({ id }) => chosen === 'all' || chosen.split(',').includes(id));
    return html`
      ${linkNotice(this.fields.notice)}
      <div class="layout">
        ${this.form()}
        <div class="outcome">
          ${runStatus(this.calls.run, () => this.calls.cancel())}
          <tw-cache-results .study=${this.study}></tw-cache-results>
          <tw-cache-kept .study=${this.study} .args=${this.studied} .lab=${this.labs.lab}></tw-cache-kept>
          <h2>The methods</h2>
          <tw-cache-methods .methods=${cards}></tw-cache-methods>
        </div>
      </div>
    `;
  }

  private form(): TemplateResult {
    const page = {
      fields: this.fields,
      open: this.labs.state.kind === 'ready',
      running: this.calls.run.kind === 'running',
      action: 'Compare',
      run: () => void this.run(),
    };
    return studyForm(
      page,
      (form) => html`
        <fieldset>
          <legend>Cache</legend>
          ${this.own === undefined ? this.seeded(form) : this.captured(this.own)}
          <input
            id="file"
            type="file"
            accept=".npz,.safetensors"
            aria-label="Query, key and value of your own"
            @change=${(event: Event) => void this.open(event)}
          />
          <p class="small quiet">Or a .npz or .safetensors file with query, key and value.</p>
          <tw-capture-recipe></tw-capture-recipe>
        </fieldset>
        <fieldset>
          <legend>Methods</legend>
          ${togglesField(
            form,
            'methods',
            'Formats and selections',
            METHODS.map(({ id }) => id),
          )}
          ${fieldError(form, 'methods')}
          ${textField(form, 'budgets', 'Budgets', {
            ...{ hint: 'keys that selections keep: numbers, or below 1 fractions', inputmode: 'text' },
          })}
          <div class="fields">
            ${formatField(form, 'keyFormat', 'Keys as')} ${formatField(form, 'valueFormat', 'Values as')}
          </div>
          <p class="small quiet">
            Selections keep their keys in f32, and formats have forms of their own, unless others are given
            here.
          </p>
          ${textField(form, 'params', 'Parameters', {
            ...{
              hint: 'groupSize:64, safeguard:0.2, every:4: for the methods that have them',
              inputmode: 'text',
            },
          })}
        </fieldset>
      `,
    );
  }

  private seeded(form: Form): TemplateResult {
    return html`
      <div class="fields">
        ${choiceField(
          form,
          'data',
          'Data',
          CACHE_KINDS.map((value) => ({ value, label: value })),
        )}
        ${textField(form, 'seqLenKV', 'Keys')} ${textField(form, 'seqLenQ', 'Queries')}
        ${textField(form, 'headDim', 'Head dim')} ${textField(form, 'numHeads', 'Heads')}
        ${textField(form, 'numKVHeads', 'KV heads')}
      </div>
      <p class="small quiet">
        ${KIND_WORDS[CACHE_KINDS.find((kind) => kind === form.fields['data']) ?? 'model']}
      </p>
      ${form.fields['data'] === 'plain' ? nothing : traitFields(form)}
    `;
  }

  private captured({ name, cache }: NonNullable<typeof this.own>): TemplateResult {
    const { query, key } = cache;
    return html`
      <p>
        ${name}: query ${query.shape.join(' × ')}, key ${key.shape.join(' × ')}
        <wa-button
          size="s"
          appearance="outlined"
          @click=${() => {
            this.own = undefined;
          }}
        >
          <span slot="start">${openIcon}</span>Seeded data instead
        </wa-button>
      </p>
    `;
  }

  private async open({ target }: Event): Promise<void> {
    const file = target instanceof HTMLInputElement ? target.files?.[0] : undefined;
    if (file === undefined) return;
    try {
      this.own = { name: file.name, cache: await capturedCache(file) };
    } catch (error) {
      this.calls.fail(error);
    }
  }

  private async run(): Promise<void> {
    const { plan } = this.fields;
    const { lab } = this.labs;
    if (plan === undefined || lab === undefined) return;
    this.fields.keepInLink();
    // Charts ask for much code: it comes with the first study.
    void import('./cache-results.ts');
    void import('./kept-view.ts');
    const inputs = this.own?.cache ?? syntheticCache(plan.data, plan.shape, 1, plan.traits);
    const args = { ...inputs, methods: plan.methods, positions: true };
    const study = await this.calls.call((options) => lab.cacheStudy(args, options));
    if (study !== undefined) [this.study, this.studied] = [study, args];
  }

  static override readonly styles = [
    base,
    panel,
    benchStyles,
    studyFormStyles,
    css`
      .slider {
        display: grid;
        gap: 0.25rem;
        margin-block: 0.5rem;
      }
      .slider input {
        width: 100%;
        accent-color: var(--wa-color-brand-fill-loud);
      }
    `,
  ];
}

/** The traits of seeded caches: a depth where there are needles. */
const traitFields = (form: Form): TemplateResult => html`
  ${TRAITS.filter(({ name }) => name !== 'needleDepth' || form.fields['data'] === 'needles').map((trait) =>
    sliderField(form, trait.name, TRAIT_WORDS[trait.name], trait),
  )}
  ${switchField(form, 'rotary', 'Rotary positions', 'query and key are rotated')}
`;

const TRAIT_WORDS: Readonly<Record<Trait['name'], string>> = {
  outlierChannels: 'Outlier channels',
  sinkKeys: 'Sinks',
  needleDepth: 'Depth of the needle',
};

const formatField = (form: Form, name: string, label: string): TemplateResult =>
  choiceField(
    form,
    name,
    label,
    FORMAT_CHOICES.map((value) => ({ value, label: value === 'own' ? 'the method’s own' : value })),
  );

declare global {
  interface HTMLElementTagNameMap {
    'tw-cache-page': CachePage;
  }
}
