import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/callout/callout.js';
import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { paramsKey } from '../../../core/search-space.ts';
import { formatNumber } from '../../../measure/format.ts';
import type { MeasureCase, MeasurePlan } from '../../../measure/measure-plan.ts';
import { sweepEntries } from '../../../measure/sweep.ts';
import type { Tuned } from '../../../measure/tuning/tuned.ts';
import type { LabClient, VariantInfo } from '../../../worker/api.ts';
import { errorWords } from '../../shell/error-words.ts';
import { valueOf } from '../../form/form-fields.ts';
import { goodIcon, infoIcon, runIcon, warningIcon } from '../../shell/icons.ts';
import { caseWords } from '../../form/plan-words.ts';
import { base, panel, linkSummary } from '../../shell/styles.ts';
import { progressLine } from '../../lab/run-status.ts';
import { TuneController } from '../../lab/tune-controller.ts';

const BUDGETS = [15, 60, 300];

/** Time for the sampling of a sweep, all of its tiles together, in ms. */
const SWEEP_MS = 4000;

/** Searches a variant's parameters on this device and keeps the winner, or asks for a sweep over its tiles. */
@customElement('tw-tuning')
export class Tuning extends LitElement {
  @property({ attribute: false }) lab: LabClient | undefined;
  /** The problems of the form. */
  @property({ attribute: false }) cases: readonly MeasureCase[] = [];
  @property({ attribute: false }) variants: readonly VariantInfo[] = [];
  /** Whether something else is being measured. */
  @property({ type: Boolean }) busy = false;
  @state() private variant = '';
  /** The index in the list of problems, of which the last is the largest. */
  @state() private place = Infinity;
  @state() private seconds = 60;
  readonly search = new TuneController(this);

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('lab') && this.lab) void this.search.refresh(this.lab);
  }

  override render() {
    const { chosen } = this;
    const running = this.search.run.kind === 'running';
    const disabled = running || this.busy || this.lab === undefined || this.problem === undefined;
    if (chosen === undefined) return nothing;
    return html`
      <section class="panel">
        <h2>Tune on this device</h2>
        <p class="small quiet">
          Searches a variant’s parameters: what the device does not support is left out, every try is checked
          against float64, and only what is faster beyond doubt is kept. It stays in this browser, and runs of
          similar problems use it.
        </p>
        <div class="choices">
          ${this.choice('Variant', 'variant', chosen.id, this.variantChoices, (value) => {
            this.variant = value;
          })}
          ${this.choice('Problem', 'problem', String(this.index), this.problemChoices, (value) => {
            this.place = Number(value);
          })}
          ${this.choice('Search for', 'seconds', String(this.seconds), budgetChoices, (value) => {
            this.seconds = Number(value);
          })}
        </div>
        <div class="buttons">
          <wa-button data-action="tune" size="s" variant="brand" ?disabled=${disabled} @click=${this.tune}>
            <span slot="start">${runIcon}</span>Tune
          </wa-button>
          ${
            sweepEntries(chosen.id, chosen.params).length === 0
              ? nothing
              : html`<wa-button
                  data-action="sweep"
                  size="s"
                  appearance="outlined"
                  ?disabled=${disabled}
                  @click=${this.sweep}
                >
                  Sweep tiles
                </wa-button>`
          }
        </div>
        ${this.status()} ${this.kept()}
      </section>
    `;
  }

  private choice(
    label: string,
    name: string,
    value: string,
    choices: readonly (readonly [string, string])[],
    choose: (value: string) => void,
  ): TemplateResult {
    return html`
      <label class="small">
        <span>${label}</span>
        <select
          name=${name}
          .value=${value}
          @change=${(event: Event) => {
            choose(valueOf(event));
          }}
        >
          ${choices.map(([id, words]) => html`<option value=${id} ?selected=${id === value}>${words}</option>`)}
        </select>
      </label>
    `;
  }

  private readonly cancel = (): void => {
    this.search.cancel();
  };

  private status(): TemplateResult | typeof nothing {
    const { run } = this.search;
    switch (run.kind) {
      case 'running':
        return progressLine(run, this.cancel, { action: 'stop-tuning' });
      case 'done':
        return html`<wa-callout data-state="tuned" size="s" variant="success" role="status">
          <span slot="icon">${goodIcon}</span>${tunedWords(run.value)}
        </wa-callout>`;
      case 'cancelled':
        return html`<wa-callout data-state="not-tuned" size="s" variant="neutral" role="status">
          <span slot="icon">${infoIcon}</span>Cancelled; nothing was kept.
        </wa-callout>`;
      case 'failed': {
        const { title, detail } = errorWords(run.error);
        return html`<wa-callout data-state="not-tuned" size="s" variant="danger" role="alert">
          <span slot="icon">${warningIcon}</span><strong>${title}</strong><br />${detail}
        </wa-callout>`;
      }
      case 'idle':
        return nothing;
    }
  }

  private kept(): TemplateResult | typeof nothing {
    const { entries, notes } = this.search.kept;
    if (entries.length + notes.length === 0) return nothing;
    return html`
      <details>
        <summary class="small">${entries.length} kept in this browser</summary>
        <ul class="small">
          ${entries.map((entry) => html`<li>${entry.class}: <code>${paramsKey(entry.params)}</code></li>`)}
          ${notes.map((note) => html`<li class="quiet">${note}</li>`)}
        </ul>
        <wa-button
          data-action="forget"
          size="s"
          appearance="outlined"
          @click=${() => this.lab && this.search.forget(this.lab)}
        >
          Forget all
        </wa-button>
      </details>
    `;
  }

  private get tunable(): readonly VariantInfo[] {
    return this.variants.filter(({ params, supported }) => params.length > 0 && supported === true);
  }

  private get chosen(): VariantInfo | undefined {
    const { tunable } = this;
    return (
      tunable.find(({ id }) => id === this.variant) ?? tunable.find(({ id }) => id === 'flash') ?? tunable[0]
    );
  }

  private get variantChoices() {
    return this.tunable.map(({ id, title }) => [id, title] as const);
  }

  /** The form may have fewer problems by now. */
  private get index(): number {
    return Math.min(this.place, this.cases.length - 1);
  }

  private get problem(): MeasureCase | undefined {
    return this.cases[this.index];
  }

  private get problemChoices() {
    const choices = this.cases.map((item, index) => [String(index), caseWords(item)] as const);
    return choices.length === 0 ? [['0', 'complete the form first'] as const] : choices;
  }

  private readonly tune = (): void => {
    const { lab, problem, chosen } = this;
    if (lab && problem && chosen) void this.search.start(lab, problem, chosen.id, 1000 * this.seconds);
  };

  private readonly sweep = (): void => {
    const { problem, chosen } = this;
    if (!problem || !chosen) return;
    const entries = sweepEntries(chosen.id, chosen.params);
    const plan: MeasurePlan = { cases: [{ ...problem, entries }], budgetMs: SWEEP_MS, matmul: false };
    this.dispatchEvent(new CustomEvent('sweep', { detail: plan }));
  };

  static override readonly styles = [
    base,
    linkSummary,
    panel,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.75rem;
        padding: 1rem 1.15rem;
      }
      section > p {
        max-width: 70ch;
      }
      .choices {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 2fr) minmax(0, 1fr);
        gap: 0.75rem;
      }
      @media (max-width: 50rem) {
        .choices {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      label {
        display: grid;
        gap: 0.25rem;
        min-width: 0;
      }
      select {
        min-width: 0;
        padding: 0.4rem 0.5rem;
        border: 1px solid var(--wa-form-control-border-color);
        border-radius: var(--wa-border-radius-s);
        background: var(--wa-form-control-background-color);
        color: inherit;
        font: inherit;
      }
      select:focus-visible {
        outline: var(--wa-focus-ring);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      ul {
        margin: 0.5rem 0;
        padding-left: 1.1rem;
        overflow-wrap: anywhere;
      }
    `,
  ];
}

const budgetChoices = BUDGETS.map((seconds) => [String(seconds), `${seconds} s`] as const);

function tunedWords({ variant, params, versusDefaults, tried, stopped }: Tuned): TemplateResult {
  const after = `${tried} tried; stopped: ${stopped === 'budget' ? 'time is up' : stopped}.`;
  return versusDefaults === undefined
    ? html`<strong>${variant}: the defaults stand.</strong> Nothing faster was found. ${after}`
    : html`<strong>${variant}: ${formatNumber(versusDefaults.ratio)} × faster than its defaults</strong>
        (${formatNumber(versusDefaults.low)}–${formatNumber(versusDefaults.high)}), with
        <code>${paramsKey(params)}</code>. ${after}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-tuning': Tuning;
  }
}
