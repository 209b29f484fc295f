import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/callout/callout.js';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { offeredVariants } from '../../../core/bind.ts';
import type { MeasureCase, MeasurePlan } from '../../../measure/measure-plan.ts';
import type { DeviceReport, Result } from '../../../measure/report.ts';
import type { VariantInfo } from '../../../worker/api.ts';
import { BenchController } from '../../report/bench-controller.ts';
import { benchStyles } from '../../form/form-page-styles.ts';
import { parseFields, type FieldErrors, type Fields } from '../../form/fields.ts';
import { choiceField, type Form } from '../../form/form-fields.ts';
import { howToRead } from '../../report/how-to-read.ts';
import { runIcon, warningIcon } from '../../shell/icons.ts';
import { LabController } from '../../lab/lab-controller.ts';
import type { MeasureForm } from '../../form/measure-form.ts';
import { LinkController } from '../../form/link-controller.ts';
import { measuringFields } from '../../form/measuring-fields.ts';
import { variantKernels } from '../../own-data/kernels.ts';
import { ownSettings } from '../../own-data/settings.ts';
import { planWords } from '../../form/plan-words.ts';
import { compareLink } from '../../report/compare-link.ts';
import { showLinkedReport } from '../../report/linked-report.ts';
import { actionsPart, baselinePart, devicePart, historyPart } from '../../report/report-parts.ts';
import { runStatus } from '../../lab/run-status.ts';
import { Shortcuts } from '../../shell/shortcuts.ts';
import { base, panel } from '../../shell/styles.ts';
import { readUrl, writeUrl } from '../../form/url-state.ts';
import type { FieldChange } from '../../form/variant-picker.ts';
import { LaterController } from '../../shell/later-controller.ts';
import '../../shell/no-webgpu.ts';
import '../../form/variant-picker.ts';

const RUN_LABELS = { opening: 'Waiting for a device', ready: 'Run', unavailable: 'No device' };

/** A page that measures one kind of problem: form, run, charts, table. Each says how its problems are asked for. */
export abstract class BenchPage extends LitElement {
  protected abstract readonly problems: MeasureForm;

  readonly bench = new BenchController(this);
  readonly labs = new LabController(this, (lab) => {
    // A link or the reader's own choice stands; the device only picks the defaults.
    if (!this.chosen) this.fields = this.problems.defaults(lab.device);
  });

  private readonly panels = new LaterController(this, () => import('./panels.ts'));

  @state() private fields: Fields = {};
  /** The part of the link that could not be read, in words. */
  @state() private notice: string | undefined;
  @state() private announcement = '';
  private chosen = false;
  /** The field that was changed last. */
  private changed = '';
  /** The settings of the latest run. */
  private measured: { readonly fields: Fields; readonly plan: string } | undefined;

  constructor() {
    super();
    new LinkController(this, () => this.readLink());
    new Shortcuts(this, [
      { keys: ['Ctrl+Enter'], does: 'Run', run: () => void this.start() },
      { keys: ['Escape'], does: 'Cancel the run', run: () => this.cancel() },
    ]);
  }

  private readLink(): void {
    const link = readUrl(this.problems.settings, location, this.problems.defaults(this.labs.lab?.device));
    this.fields = link.fields;
    this.notice = link.notice;
    this.chosen = link.given;
    void this.readLinkedReport();
  }

  private async readLinkedReport(): Promise<void> {
    const fault = await showLinkedReport(this.bench);
    if (fault !== undefined) this.notice = this.notice === undefined ? fault : `${this.notice} ${fault}`;
  }

  override render() {
    const { errors = {}, plan } = parseFields(this.problems.settings, this.fields, this.changed);
    const running = this.bench.run.kind === 'running';
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
          ${runStatus(this.bench.run, this.cancel)}
          ${this.hasOutcome ? this.outcome(plan) : running ? nothing : this.empty()}
          ${baselinePart(this.bench)} ${this.memoryWall()} ${this.model?.(plan) ?? nothing}
          ${this.ownData(plan)} ${this.tuning(plan)} ${historyPart(this.bench, this.shown)}
          ${devicePart(this.bench, this.labs.state)} ${howToRead(this.problems.operations)}
        </div>
      </div>
    `;
  }

  private form(errors: FieldErrors, cost: string | undefined): TemplateResult {
    const form: Form = {
      fields: this.fields,
      errors,
      set: (name, value) => {
        this.set({ [name]: value });
      },
    };
    const running = this.bench.run.kind === 'running';
    const ready = this.labs.state.kind === 'ready';
    return html`
      <form class="panel" novalidate @submit=${this.submit} aria-label="What to measure">
        <fieldset>
          <legend>Problem</legend>
          <div class="fields">${this.operationField(form)}${this.problems.controls(form)}</div>
        </fieldset>
        <fieldset>
          <legend>Variants</legend>
          ${errors['variants'] === undefined ? nothing : html`<p class="error small">${errors['variants']}</p>`}
          <tw-variant-picker
            .operation=${this.operation.id}
            .variants=${this.variants}
            .chosen=${this.fields['variants'] ?? 'all'}
            .params=${this.fields['params'] ?? ''}
            @field-change=${({ detail }: CustomEvent<FieldChange>) => {
              this.set({ [detail.name]: detail.value });
            }}
          ></tw-variant-picker>
        </fieldset>
        <fieldset>
          <legend>Measuring</legend>
          ${measuringFields(form)}
          <p class="cost small ${cost === undefined ? 'error' : 'quiet'}">
            ${cost ?? errors[''] ?? 'Some fields above need another value.'}
          </p>
        </fieldset>
        <div class="go">
          <div class="buttons">
            <wa-button type="submit" variant="brand" size="m" ?loading=${running} ?disabled=${!ready}>
              <span slot="start">${runIcon}</span>${RUN_LABELS[this.labs.state.kind]}
            </wa-button>
          </div>
        </div>
      </form>
    `;
  }

  /** The choice of an operation. It resets the choice of variants, because every operation has its own. */
  private operationField(form: Form): TemplateResult | typeof nothing {
    if (this.problems.operations.length < 2) return nothing;
    const choices = this.problems.operations.map(({ id, title }) => ({ value: id, label: title }));
    const set = (name: string, value: string) => {
      this.set({ [name]: value, variants: 'all', params: '' });
    };
    return html`<div class="wide">${choiceField({ ...form, set }, 'operation', 'Operation', choices)}</div>`;
  }

  private get operation(): MeasureForm['operations'][0] {
    const [first] = this.problems.operations;
    return this.problems.operations.find(({ id }) => id === this.fields['operation']) ?? first;
  }

  private get variants(): readonly VariantInfo[] {
    const known = this.labs.lab?.operations().find(({ id }) => id === this.operation.id);
    return (
      known?.variants ??
      offeredVariants(this.operation.variants, undefined).map((variant) => ({ ...variant, supported: true }))
    );
  }

  private empty(): TemplateResult {
    return html`
      <section class="panel empty">
        <h2>Nothing measured yet</h2>
        <p class="quiet">
          Press Run to check every chosen variant against a float64 reference and then time it, size by size.
          Results appear here as they become final.
        </p>
        ${this.actions()}
      </section>
    `;
  }

  /** A file is shown even if it holds nothing of this operation: that is said. */
  private get hasOutcome(): boolean {
    const { results, source } = this.bench;
    return source !== undefined || results.some(({ operation }) => operation === this.operation.id);
  }

  private outcome(plan: MeasurePlan | undefined): TemplateResult {
    const { results, report, source } = this.bench;
    const measured = source === undefined ? this.measured : undefined;
    return html`
      <tw-results-view
        .operation=${this.operation.id}
        .results=${results}
        .report=${report}
        .source=${source}
        .device=${this.device}
        .variants=${this.variants.map(({ id }) => id)}
        ?old=${measured !== undefined && measured.plan !== JSON.stringify(plan)}
        .compareLink=${(result: Result) =>
          measured && result.data === undefined
            ? compareLink(this.operation.id, measured.fields, result)
            : undefined}
      >
        ${this.actions()}
      </tw-results-view>
    `;
  }

  private readonly shown = (name: string): void => {
    this.announcement = `${name} is shown.`;
  };

  private memoryWall(): TemplateResult {
    return html`
      <tw-memory-wall
        .settings=${this.problems.settings}
        .fields=${this.fields}
        size=${this.problems.sizeField}
        .device=${this.device}
      ></tw-memory-wall>
    `;
  }

  /** A model of the problems at hand, where a page has one. */
  protected model?(plan: MeasurePlan | undefined): TemplateResult;

  private ownData(plan: MeasurePlan | undefined): TemplateResult {
    const [first] = plan?.cases ?? [];
    return html`
      <tw-own-data
        .lab=${this.labs.lab}
        .settings=${first && ownSettings(first)}
        .kernels=${variantKernels(this.variants)}
        measure="Measure all variants"
        ?busy=${this.bench.run.kind === 'running'}
        @own-measure=${({ detail }: CustomEvent<MeasureCase>) =>
          this.measure({ budgetMs: 1000, ...plan, cases: [detail] })}
      ></tw-own-data>
    `;
  }

  private tuning(plan: MeasurePlan | undefined): TemplateResult {
    return html`
      <tw-tuning
        .lab=${this.labs.lab}
        .cases=${plan?.cases ?? []}
        .variants=${this.variants}
        ?busy=${this.bench.run.kind === 'running'}
        @sweep=${({ detail }: CustomEvent<MeasurePlan>) => this.measure(detail)}
      ></tw-tuning>
    `;
  }

  private actions(): TemplateResult {
    const link = location.origin + location.pathname + writeUrl(this.problems.settings, this.fields);
    return actionsPart(this.bench, this.operation.id, link, this.shown);
  }

  /** The device of the results that are shown, or of the next ones. */
  protected get device(): DeviceReport | undefined {
    return this.bench.report?.device ?? this.labs.lab?.device;
  }

  private set(changes: Fields): void {
    [this.changed = ''] = Object.keys(changes);
    this.fields = { ...this.fields, ...changes };
    this.chosen = true;
    this.notice = undefined;
    history.replaceState(null, '', location.pathname + writeUrl(this.problems.settings, this.fields));
  }

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    void this.start();
  };

  private async start(): Promise<void> {
    const { plan, errors } = parseFields(this.problems.settings, this.fields, this.changed);
    if (errors) {
      const [name = ''] = Object.keys(errors);
      this.renderRoot.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
      return;
    }
    await this.measure(plan);
  }

  protected async measure(plan: MeasurePlan): Promise<void> {
    const { lab } = this.labs;
    if (!lab || this.bench.run.kind === 'running') return;
    this.announcement = 'Measuring.';
    const { fields } = this;
    this.measured = { fields, plan: JSON.stringify(parseFields(this.problems.settings, fields).plan) };
    this.showOutcome();
    const report = await this.bench.start(lab, plan);
    await this.panels.loaded();
    if (report) await this.renderRoot.querySelector('tw-history')?.add(report);
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
    if (this.bench.run.kind !== 'running') return;
    this.bench.cancel();
    // The button goes with the run: the focus goes back to where the next one starts.
    this.renderRoot.querySelector<HTMLElement>('wa-button[type=submit]')?.focus();
  };

  static override readonly styles = [base, panel, benchStyles];
}
