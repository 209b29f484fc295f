import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/callout/callout.js';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { problemTitle, variantsOf } from '../measure/describe.ts';
import type { DeviceReport, Report, Result } from '../measure/report.ts';
import type { VariantInfo } from '../worker/api.ts';
import { BenchController } from './bench-controller.ts';
import { benchStyles } from './bench-styles.ts';
import { deviceName } from './device-card.ts';
import { errorWords } from './error-words.ts';
import { parseFields, type FieldErrors, type Fields, type Settings } from './fields.ts';
import { choiceField, type Form } from './form-fields.ts';
import { howToRead } from './how-to-read.ts';
import { infoIcon, linkIcon, openIcon, runIcon, saveIcon, stopIcon, warningIcon } from './icons.ts';
import { LabController } from './lab-controller.ts';
import { planWords } from './plan-words.ts';
import { readReport, saveReport } from './report-file.ts';
import { base, panel } from './styles.ts';
import { readUrl, writeUrl } from './url-state.ts';
import type { FieldChange } from './variant-picker.ts';
import './device-card.ts';
import './no-webgpu.ts';
import './progress.ts';
import './result-charts.ts';
import './results-table.ts';
import './variant-picker.ts';

const BUDGETS = [
  { value: '500', label: '0.5 s a problem' },
  { value: '1000', label: '1 s a problem' },
  { value: '2000', label: '2 s a problem' },
  { value: '5000', label: '5 s a problem' },
  { value: '20000', label: '20 s a problem' },
];

/** What a page says of its operation. */
export interface BenchOperation {
  readonly id: string;
  readonly variants: readonly Pick<VariantInfo, 'id' | 'title' | 'idea' | 'params'>[];
}

/** A page that measures one operation: form, run, charts, table. Each gives its fields and how to read them. */
export abstract class BenchPage extends LitElement {
  protected abstract readonly operation: BenchOperation;
  protected abstract readonly settings: Settings;
  protected abstract defaults(device?: DeviceReport): Fields;
  /** The controls that describe the problem. */
  protected abstract problemFields(form: Form): TemplateResult;

  readonly bench = new BenchController(this);
  readonly labs = new LabController(this, (lab) => {
    // A link or the reader's own choice stands; the device only picks the defaults.
    if (!this.chosen) this.fields = this.defaults(lab.device);
  });

  @state() private fields: Fields = {};
  /** What of the link could not be read. */
  @state() private notice: string | undefined;
  @state() private fileError: string | undefined;
  @state() private announcement = '';
  private chosen = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.readLink();
    addEventListener('popstate', this.readLink);
  }

  override disconnectedCallback(): void {
    removeEventListener('popstate', this.readLink);
    super.disconnectedCallback();
  }

  private readonly readLink = (): void => {
    const link = readUrl(this.settings, location.search, this.defaults(this.labs.lab?.device));
    this.fields = link.fields;
    this.notice = link.notice;
    this.chosen = link.given;
  };

  override render() {
    const { errors = {}, plan } = parseFields(this.settings, this.fields);
    return html`
      ${
        this.labs.state.kind === 'unavailable'
          ? html`<tw-no-webgpu .error=${this.labs.state.error}></tw-no-webgpu>`
          : nothing
      }
      ${
        this.notice === undefined
          ? nothing
          : html`<wa-callout size="s" variant="warning" role="status">
              <span slot="icon">${warningIcon}</span>${this.notice}
            </wa-callout>`
      }
      <div class="layout">
        <div class="settings">${this.form(errors, plan ? planWords(plan) : undefined)}</div>
        <div class="outcome">
          <p class="hidden-words" role="status">${this.announcement}</p>
          ${this.status()} ${this.bench.results.length > 0 ? this.outcome() : this.empty()}
        </div>
      </div>
    `;
  }

  private form(errors: FieldErrors, cost: string | undefined): TemplateResult {
    const form: Form = {
      fields: this.fields,
      errors,
      set: (name, value) => {
        this.set(name, value);
      },
    };
    const running = this.bench.run.kind === 'running';
    const ready = this.labs.state.kind === 'ready';
    return html`
      <form class="panel" novalidate @submit=${this.submit} aria-label="What to measure">
        <fieldset>
          <legend>Problem</legend>
          <div class="fields">${this.problemFields(form)}</div>
        </fieldset>
        <fieldset>
          <legend>Variants</legend>
          ${errors['variants'] === undefined ? nothing : html`<p class="error small">${errors['variants']}</p>`}
          <tw-variant-picker
            .variants=${this.variants}
            .chosen=${this.fields['variants'] ?? 'all'}
            .params=${this.fields['params'] ?? ''}
            @field-change=${({ detail }: CustomEvent<FieldChange>) => {
              this.set(detail.name, detail.value);
            }}
          ></tw-variant-picker>
        </fieldset>
        <fieldset>
          <legend>Measuring</legend>
          ${choiceField(form, 'budgetMs', 'Sampling budget', this.budgets)}
          <p class="cost small ${cost === undefined ? 'error' : 'quiet'}">
            ${cost ?? errors[''] ?? 'Some fields above need another value.'}
          </p>
        </fieldset>
        <div class="go">
          <div class="buttons">
            <wa-button type="submit" variant="brand" size="m" ?loading=${running} ?disabled=${!ready}>
              <span slot="start">${runIcon}</span>${ready || running ? 'Run' : 'No device'}
            </wa-button>
            ${
              running
                ? html`<wa-button type="button" size="m" appearance="outlined" @click=${this.cancel}>
                    <span slot="start">${stopIcon}</span>Cancel
                  </wa-button>`
                : nothing
            }
          </div>
        </div>
      </form>
    `;
  }

  /** A budget that came with a link is offered too. */
  private get budgets() {
    const { budgetMs = '' } = this.fields;
    const known = BUDGETS.some(({ value }) => value === budgetMs);
    return known ? BUDGETS : [...BUDGETS, { value: budgetMs, label: `${budgetMs} ms a problem` }];
  }

  private get variants(): readonly VariantInfo[] {
    const known = this.labs.lab?.operations().find(({ id }) => id === this.operation.id);
    return known?.variants ?? this.operation.variants.map((variant) => ({ ...variant, supported: true }));
  }

  private status(): TemplateResult | typeof nothing {
    const { run } = this.bench;
    switch (run.kind) {
      case 'running':
        return html`<tw-progress
          class="panel"
          .progress=${run.progress}
          .cancelling=${run.cancelling}
        ></tw-progress>`;
      case 'cancelled':
        return html`<wa-callout size="s" variant="neutral">
          <span slot="icon">${infoIcon}</span>Cancelled. What was final by then is below.
        </wa-callout>`;
      case 'failed': {
        const { title, detail } = errorWords(run.error);
        return html`<wa-callout size="s" variant="danger" role="alert">
          <span slot="icon">${warningIcon}</span><strong>${title}</strong><br />${detail}
        </wa-callout>`;
      }
      case 'idle':
      case 'done':
        return nothing;
    }
  }

  private empty(): TemplateResult {
    const device = this.labs.lab?.device;
    return html`
      <section class="panel empty">
        <div>
          <h2>Nothing measured yet</h2>
          <p class="quiet">
            Press Run to check every chosen variant against a float64 reference and then time it, size by
            size. Results appear here as they become final.
          </p>
          <div class="buttons">${this.openButton()}</div>
          ${this.fileErrorLine()}
        </div>
      </section>
      ${
        this.labs.state.kind === 'unavailable'
          ? nothing
          : html`<tw-device-card .device=${device}></tw-device-card>`
      }
      ${howToRead}
    `;
  }

  private outcome(): TemplateResult {
    const { report, source } = this.bench;
    const results = this.bench.results.filter(({ operation }) => operation === this.operation.id);
    const others = this.bench.results.length - results.length;
    const wrong = results.filter(({ status }) => status === 'wrong');
    const device = report?.device ?? this.labs.lab?.device;
    // A report may know variants that this version does not.
    const variants = [...new Set([...this.variants.map(({ id }) => id), ...variantsOf(results)])];
    return html`
      ${source === undefined || report === undefined ? nothing : this.sourceLine(report, source, others)}
      ${
        wrong.length === 0
          ? nothing
          : html`<wa-callout size="s" variant="danger" appearance="accent" role="alert">
              <span slot="icon">${warningIcon}</span>
              <strong>${wrong.length} wrong ${wrong.length === 1 ? 'result' : 'results'}.</strong>
              ${wrong.map((result) => `${result.variant} at ${problemTitle(result)}`).join('; ')}: outside the
              error bound, so not timed against the others.
            </wa-callout>`
      }
      <tw-charts
        .results=${results}
        .variants=${variants}
        .matmul=${report?.matmul}
        .limitBytes=${device?.limits['maxStorageBufferBindingSize']}
      ></tw-charts>
      <section class="panel results">
        <header>
          <h2>Results</h2>
          <div class="buttons">
            ${report ? this.saveButton(report) : nothing} ${this.openButton()} ${this.linkButton()}
          </div>
        </header>
        ${this.fileErrorLine()}
        <tw-results-table .results=${results} .variants=${variants}></tw-results-table>
      </section>
      ${
        device
          ? html`<tw-device-card
              .device=${device}
              heading=${source === undefined ? 'Measured on this device' : 'Measured on'}
            ></tw-device-card>`
          : nothing
      }
      ${howToRead}
    `;
  }

  private sourceLine(report: Report, source: string, others: number): TemplateResult {
    const when = new Date(report.environment.date).toLocaleString();
    return html`
      <wa-callout size="s" variant="neutral">
        <span slot="icon">${infoIcon}</span>
        <strong>${source}</strong>: measured ${when} on ${deviceName(report.device)} with Tilewise
        ${report.environment.tilewise}.
        ${others === 0 ? nothing : html`${others} results of other operations are not shown on this page.`}
      </wa-callout>
    `;
  }

  private saveButton(report: Report): TemplateResult {
    return html`<wa-button
      size="s"
      appearance="outlined"
      @click=${() => {
        saveReport(report, this.operation.id);
      }}
    >
      <span slot="start">${saveIcon}</span>Save report
    </wa-button>`;
  }

  private openButton(): TemplateResult {
    return html`
      <input
        class="hidden-words"
        type="file"
        tabindex="-1"
        aria-hidden="true"
        accept="application/json,.json"
        @change=${this.openFile}
      />
      <wa-button
        size="s"
        appearance="outlined"
        ?disabled=${this.bench.run.kind === 'running'}
        @click=${() => {
          this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click();
        }}
      >
        <span slot="start">${openIcon}</span>Open report
      </wa-button>
    `;
  }

  private linkButton(): TemplateResult {
    return html`<wa-button size="s" appearance="outlined" @click=${this.copyLink}>
      <span slot="start">${linkIcon}</span>Copy link
    </wa-button>`;
  }

  private fileErrorLine(): TemplateResult | typeof nothing {
    if (this.fileError === undefined) return nothing;
    return html`<p class="error small" role="alert">${this.fileError}</p>`;
  }

  private set(name: string, value: string): void {
    this.fields = { ...this.fields, [name]: value };
    this.chosen = true;
    this.notice = undefined;
    history.replaceState(null, '', writeUrl(this.settings, this.fields));
  }

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    void this.start();
  };

  private async start(): Promise<void> {
    const { lab } = this.labs;
    const { plan, errors } = parseFields(this.settings, this.fields);
    if (errors) {
      const [name = ''] = Object.keys(errors);
      this.renderRoot.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
      return;
    }
    if (!lab || this.bench.run.kind === 'running') return;
    this.fileError = undefined;
    this.announcement = 'Measuring.';
    this.showOutcome();
    await this.bench.start(lab, plan);
    this.announcement = this.finalWords();
  }

  /** On a narrow page the outcome lies below the form, out of sight. */
  private showOutcome(): void {
    const outcome = this.renderRoot.querySelector('.outcome');
    if (outcome && outcome.getBoundingClientRect().top > innerHeight - 100) outcome.scrollIntoView();
  }

  private finalWords(): string {
    const { run, results } = this.bench;
    if (run.kind === 'cancelled') return `Cancelled after ${results.length} results.`;
    if (run.kind === 'failed') return '';
    const count = (status: Result['status']) => results.filter((result) => result.status === status).length;
    return `Done: ${count('ok')} correct, ${count('wrong')} wrong, ${results.length - count('ok') - count('wrong')} not run.`;
  }

  private readonly cancel = (): void => {
    this.bench.cancel();
    // The button goes with the run: the focus goes back to where the next one starts.
    this.renderRoot.querySelector<HTMLElement>('wa-button[type=submit]')?.focus();
  };

  private readonly openFile = async (event: Event): Promise<void> => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement)) return;
    const file = input.files?.[0];
    if (!file) return;
    try {
      const report = await readReport(file);
      this.fileError = undefined;
      this.bench.show(report, file.name);
      this.announcement = `${file.name} is shown.`;
    } catch (error) {
      this.fileError = errorWords(error).detail;
    }
    // The same file may be chosen again.
    input.value = '';
  };

  private readonly copyLink = async (): Promise<void> => {
    history.replaceState(null, '', writeUrl(this.settings, this.fields));
    try {
      await navigator.clipboard.writeText(location.href);
      this.announcement = 'The link is copied.';
    } catch {
      this.announcement = 'The browser keeps the clipboard closed; the link is in the address bar.';
    }
  };

  static override readonly styles = [base, panel, benchStyles];
}
