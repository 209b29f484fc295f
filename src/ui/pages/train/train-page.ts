import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/callout/callout.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { Pairs } from '../../../train/pairs.ts';
import { wordsOf } from '../../../train/world.ts';
import { choiceField, moreFields, switchField, textField } from '../../form/form-fields.ts';
import { benchStyles } from '../../form/form-page-styles.ts';
import type { Fields } from '../../form/fields.ts';
import { FieldsController } from '../../form/fields-controller.ts';
import { linkNotice } from '../../form/study-form.ts';
import { LabController } from '../../lab/lab-controller.ts';
import { errorWords } from '../../shell/error-words.ts';
import { openIcon, pauseIcon, runIcon, saveIcon, warningIcon } from '../../shell/icons.ts';
import { saveFile } from '../../shell/save-file.ts';
import { base, panel } from '../../shell/styles.ts';
import { GROWTHS, LIMITS, LOSS_CHOICES, TRAIN_DEFAULTS, TRAIN_SETTINGS } from './settings.ts';
import { TrainingController } from './training-controller.ts';
import '../../shell/no-webgpu.ts';
import './larger-batch.ts';
import './picture-canvas.ts';
import './picture-search.ts';

/** Examples before anything is trained. */
const EXAMPLES = 6;

const GROWTH_WORDS = GROWTHS.map((value) => ({
  value,
  label: value === 'off' ? 'stays' : `doubles every ${value} steps`,
}));
const LIMIT_WORDS = LIMITS.map((value) => ({
  value,
  label: value === 'device' ? 'as the device allows' : `${value} MiB a buffer`,
}));
const TOWER_WORDS = [
  { value: 'auto', label: 'as suits the device' },
  { value: 'webgpu', label: 'WebGPU' },
  { value: 'wasm', label: 'WebAssembly' },
];

/** Fields that are folded away, and what a fold says of those that are set. */
const MORE_WORDS = {
  beside: 'naive beside tiled',
  growth: 'growing batch',
  limit: 'limited memory',
  towers: 'chosen device',
} as const;

/** Two towers that learn in the page: controls, curves, similarities, and a search by words. */
@customElement('tw-train-page')
export class TrainPage extends LitElement {
  readonly labs = new LabController(this);
  private readonly training = new TrainingController(this);
  private readonly fields = new FieldsController(this, TRAIN_SETTINGS, TRAIN_DEFAULTS);
  @state() private fileError: unknown;
  private examples: { readonly seed: number; readonly pairs: Pairs } | undefined;

  override render() {
    const { state: lab } = this.labs;
    if (lab.kind === 'unavailable') return html`<tw-no-webgpu .error=${lab.error}></tw-no-webgpu>`;
    const { shown, trainer, state } = this.training;
    const step = trainer?.steps ?? 0;
    return html`
      ${linkNotice(this.fields.notice)}
      <div class="layout">
        ${this.form()}
        <div class="outcome">
          ${this.failure()} ${this.world()}
          ${
            state === 'idle'
              ? nothing
              : html`<tw-train-results
                  .shown=${shown}
                  .step=${step}
                  .pairs=${trainer?.pairs.heldOut ?? []}
                ></tw-train-results>`
          }
          ${
            trainer === undefined
              ? nothing
              : html`<tw-train-search
                  .lab=${this.labs.lab}
                  .trainer=${trainer}
                  .step=${step}
                ></tw-train-search>`
          }
          <tw-train-batches
            .lab=${this.labs.lab}
            .plan=${this.fields.plan}
            ?busy=${state === 'running' || state === 'loading'}
          ></tw-train-batches>
        </div>
      </div>
    `;
  }

  private form(): TemplateResult {
    const { form } = this.fields;
    return html`
      <form class="panel" novalidate @submit=${this.submit} aria-label="How to train">
        <fieldset>
          <legend>How to train</legend>
          <div class="fields">
            <div class="wide">${choiceField(form, 'loss', 'Loss', LOSS_CHOICES)}</div>
            ${textField(form, 'batch', 'Batch', { hint: 'pairs of a step' })}
            ${textField(form, 'chunk', 'Chunk', { hint: 'encoded at a time' })}
            ${textField(form, 'temperature', 'Temperature', { inputmode: 'decimal' })}
            ${textField(form, 'learningRate', 'Learning rate', { inputmode: 'decimal' })}
            ${textField(form, 'seed', 'Seed')}
            ${textField(form, 'steps', 'Steps', { hint: 'then it pauses' })}
            <div class="wide">
              ${switchField(form, 'fixedTemperature', 'Keep the temperature', 'Otherwise it is learnt, too.')}
            </div>
            ${moreFields(
              form,
              'Naive beside tiled, and devices',
              this.moreWords(),
              [{ name: 'growth' }],
              [
                html`<div class="wide">
                  ${switchField(form, 'beside', 'Train naive beside tiled', 'Twin towers learn by the naive kernels.')}
                </div>`,
                html`<div class="wide">${choiceField(form, 'growth', 'The batch', GROWTH_WORDS)}</div>`,
                html`<div class="wide">
                  ${choiceField(form, 'limit', 'Memory of the loss', LIMIT_WORDS)}
                </div>`,
                html`<div class="wide">
                  ${choiceField(form, 'towers', 'Towers compute by', TOWER_WORDS)}
                </div>`,
              ],
            )}
          </div>
        </fieldset>
        <div class="go">${this.buttons(Object.keys(form.errors).length === 0)}</div>
      </form>
    `;
  }

  private moreWords(): string[] {
    return Object.entries(MORE_WORDS)
      .filter(([name]) => this.fields.fields[name] !== TRAIN_DEFAULTS[name])
      .map(([, words]) => words);
  }

  private buttons(valid: boolean): TemplateResult {
    const { state, trainer } = this.training;
    const busy = state === 'running' || state === 'loading';
    return html`
      <div class="buttons">
        <wa-button
          type="submit"
          variant="brand"
          size="m"
          ?loading=${state === 'loading'}
          ?disabled=${!valid || this.labs.lab === undefined}
        >
          <span slot="start">${runIcon}</span>${state === 'idle' ? 'Train' : 'Train anew'}
        </wa-button>
        ${
          state === 'paused'
            ? html`<wa-button
                data-action="resume"
                size="m"
                appearance="outlined"
                @click=${() => this.training.resume()}
              >
                <span slot="start">${runIcon}</span>Go on
              </wa-button>`
            : html`<wa-button
                data-action="pause"
                size="m"
                appearance="outlined"
                ?disabled=${state !== 'running'}
                @click=${() => {
                  this.training.pause();
                }}
              >
                <span slot="start">${pauseIcon}</span>Pause
              </wa-button>`
        }
      </div>
      <div class="buttons files">
        <wa-button
          data-action="save"
          size="s"
          appearance="outlined"
          ?disabled=${trainer === undefined || busy}
          @click=${this.save}
        >
          <span slot="start">${saveIcon}</span>Save towers
        </wa-button>
        <wa-button
          data-action="load"
          size="s"
          appearance="outlined"
          ?disabled=${busy || this.labs.lab === undefined}
          @click=${() => this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click()}
        >
          <span slot="start">${openIcon}</span>Load
        </wa-button>
        <input
          type="file"
          accept=".safetensors"
          hidden
          aria-label="A checkpoint of towers"
          @change=${this.load}
        />
      </div>
      <p class="small quiet" role="status" data-state=${state}>${this.statusWords()}</p>
    `;
  }

  private statusWords(): string {
    const { state, trainer, device } = this.training;
    const where = device === 'webgpu' ? 'WebGPU' : 'WebAssembly';
    switch (state) {
      case 'idle':
        return '60 steps take about a minute on two CPU cores.';
      case 'loading':
        return 'Loading jax-js and the first parameters …';
      case 'running':
        return `Training: towers by jax-js on ${where}, loss and gradients by these kernels.`;
      case 'paused':
        return `Paused after ${trainer?.steps ?? 0} steps.`;
      case 'failed':
        return 'It has failed.';
    }
  }

  private failure(): TemplateResult | typeof nothing {
    const { error } = this.training;
    const shown = this.fileError ?? error;
    if (shown === undefined) return nothing;
    const { title, detail } = errorWords(shown);
    return html`<wa-callout data-state="failed" size="s" variant="danger" role="alert">
      <span slot="icon">${warningIcon}</span><strong>${title}</strong><br />${detail}
    </wa-callout>`;
  }

  private world(): TemplateResult | typeof nothing {
    if (this.training.state !== 'idle') return nothing;
    const seed = this.fields.plan?.settings.seed ?? this.examples?.seed ?? 1;
    if (this.examples?.seed !== seed) this.examples = { seed, pairs: new Pairs(seed) };
    const pairs = this.examples.pairs.heldOut.slice(0, EXAMPLES);
    return html`
      <section class="panel examples">
        <h2>What there is to learn</h2>
        <p class="small quiet">
          Each picture shows one description: how many shapes, how large, of which colour and kind, where, and
          on which ground. 11,520 descriptions, drawn anew each time; 512 of them are never trained on, and
          recall is measured on those.
        </p>
        <ul>
          ${pairs.map(
            (pair) =>
              html`<li>
                <tw-train-picture .pair=${pair}></tw-train-picture>
                <p class="small">${wordsOf(pair.description)}</p>
              </li>`,
          )}
        </ul>
      </section>
    `;
  }

  private readonly submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { plan } = this.fields;
    const { lab } = this.labs;
    if (plan === undefined || lab === undefined) return;
    this.fields.keepInLink();
    this.fileError = undefined;
    // Charts ask for much code: it comes with the first training.
    void import('./train-results.ts');
    await this.training.start(lab, plan);
  };

  private readonly save = async (): Promise<void> => {
    const { trainer } = this.training;
    if (trainer === undefined) return;
    const { writeCheckpoint } = await import('../../../train/checkpoint.ts');
    const checkpoint = await trainer.checkpoint();
    saveFile(`tilewise-towers-${trainer.steps}.safetensors`, writeCheckpoint(checkpoint));
  };

  private readonly load = async ({ target }: Event): Promise<void> => {
    const file = target instanceof HTMLInputElement ? target.files?.[0] : undefined;
    const { plan } = this.fields;
    const { lab } = this.labs;
    if (file === undefined || plan === undefined || lab === undefined) return;
    this.fileError = undefined;
    try {
      const { openCheckpoint } = await import('../../../train/checkpoint.ts');
      const checkpoint = await openCheckpoint(file, file.name);
      void import('./train-results.ts');
      this.fields.change(textsOf(checkpoint.settings));
      await this.training.restore(lab, { ...plan, settings: checkpoint.settings }, checkpoint);
    } catch (error) {
      this.fileError = error;
    }
  };

  static override readonly styles = [
    base,
    panel,
    benchStyles,
    css`
      section.panel {
        min-width: 0;
        padding: 1rem 1.15rem 1.15rem;
      }
      .examples p {
        max-width: 70ch;
        margin-top: 0.4rem;
      }
      .examples ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr));
        gap: 0.9rem;
        margin-top: 0.9rem;
        padding: 0;
        list-style: none;
      }
      .files,
      .go p {
        margin-top: 0.6rem;
      }
      .buttons wa-button {
        flex: 1;
      }
    `,
  ];
}

/** The fields that a checkpoint's settings are. */
const textsOf = (settings: object): Fields =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value),
    ]),
  );

declare global {
  interface HTMLElementTagNameMap {
    'tw-train-page': TrainPage;
  }
}
