import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { offeredVariants } from '../../../core/bind.ts';
import { OPERATIONS } from '../../../operations/index.ts';
import type { MeasureCase } from '../../../measure/measure-plan.ts';
import type { Result } from '../../../measure/report.ts';
import type { KernelArgs, VariantInfo } from '../../../worker/api.ts';
import { BenchController } from '../../report/bench-controller.ts';
import { benchStyles } from '../../form/form-page-styles.ts';
import type { Form } from '../../form/form-fields.ts';
import { LabController } from '../../lab/lab-controller.ts';
import { LinkController } from '../../form/link-controller.ts';
import { showLinkedReport } from '../../report/linked-report.ts';
import { ownSettings } from '../../own-data/settings.ts';
import { actionsPart, baselinePart, devicePart, historyPart } from '../../report/report-parts.ts';
import { runStatus } from '../../lab/run-status.ts';
import { Shortcuts } from '../../shell/shortcuts.ts';
import { base, panel } from '../../shell/styles.ts';
import { compareStyles } from './compare-styles.ts';
import { emptyComparison } from './empty-comparison.ts';
import { comparePlan, kernelOf, paneKernels, WATCH_MS } from './compare-plan.ts';
import type { CodeRequest } from './code/code-request.ts';
import { CodeController } from './code/code-controller.ts';
import { compareForm } from './compare-form.ts';
import { HangController } from './hang-controller.ts';
import { KeptResults } from './kept-results.ts';
import { KernelController } from './kernel-controller.ts';
import { readProblem } from '../../form/problem-forms.ts';
import { withRequest, type PaneRequest } from './pane-request.ts';
import { isEdited, lettersOf, MOST_PANES, shippedPane, FEWEST_PANES, type Pane } from './setup.ts';
import { SetupController } from './setup-controller.ts';
import { announcementWords } from './words.ts';
import { setupNotices } from './setup-notices.ts';
import { LaterController } from '../../shell/later-controller.ts';
import '../../shell/no-webgpu.ts';
import './compare-pane.ts';
import './differences-view.ts';

/** The place of a pane among the others, and its kernel. */
interface PaneContext {
  readonly letters: readonly string[];
  readonly problem: object | undefined;
  readonly kernel: KernelArgs | undefined;
}

/** Variants side by side on one problem, with their code in reach. */
@customElement('tw-compare')
export class ComparePage extends LitElement {
  readonly bench = new BenchController(this);
  readonly kernels = new KernelController(this);
  readonly setups = new SetupController(this);
  private readonly hangs = new HangController(this);
  private readonly codes = new CodeController(this, (request) => {
    this.acceptCode(request);
  });

  readonly labs = new LabController(this, (lab) => {
    this.setups.adaptTo(lab.device);
  });

  readonly shortcuts = new Shortcuts(this, [
    {
      keys: ['Ctrl+Enter'],
      does: 'Run the comparison; in an editor, against the unedited original',
      run: () => void this.start(),
    },
    { keys: ['Escape'], does: 'Cancel the run', run: () => this.cancel() },
  ]);

  private readonly panels = new LaterController(this, () => import('./panels.ts'));

  @state() private announcement = '';
  /** The fault of the report that the link carries, in words. */
  @state() private badReport: string | undefined;
  /** The field of the problem that was changed last. */
  private changed = '';
  /** The results of the panes: those that have changed since are marked, and are measured again. */
  private readonly kept = new KeptResults();

  constructor() {
    super();
    new LinkController(this, () => {
      void showLinkedReport(this.bench).then((fault) => {
        this.badReport = fault;
      });
    });
  }

  override render() {
    const { problem, errors = {} } = readProblem(this.setup.operation, this.setup.fields, this.changed);
    const running = this.bench.run.kind === 'running';
    const kernels = problem ? this.kernelsOf(problem) : [];
    const letters = lettersOf(this.setup.panes);
    this.kernels.want(this.labs.lab, kernels);
    return html`
      ${
        this.labs.state.kind === 'unavailable'
          ? html`<tw-no-webgpu .error=${this.labs.state.error}></tw-no-webgpu>`
          : nothing
      }
      ${setupNotices(this.setups, this.badReport, this.allow)}
      <div class="layout">
        <div class="settings">${this.form(errors, problem)}</div>
        <div class="outcome">
          <p class="hidden-words" role="status">${this.announcement}</p>
          <div class="panes">
            ${repeat(
              this.setup.panes,
              (_, index) => letters[index],
              (pane, index) => this.pane(pane, index, { letters, problem, kernel: kernels[index] }),
            )}
          </div>
          ${this.differences(kernels)} ${runStatus(this.bench.run, this.cancel, this.hangs.words())}
          ${this.hasOutcome ? this.outcome() : running ? nothing : emptyComparison(this.actions())}
          ${baselinePart(this.bench)}
        </div>
      </div>
      ${this.codes.template(
        this.setups,
        kernels.map((kernel) => this.kernels.state(kernel)),
        kernels.map((kernel) => this.kernels.sources(kernel)),
        { lab: this.labs.lab, kernels },
      )}
      <div class="below">
        ${this.ownData(problem)} ${historyPart(this.bench, this.opened)}
        ${devicePart(this.bench, this.labs.state)}
      </div>
    `;
  }

  private get setup() {
    return this.setups.setup;
  }

  /** The kernels that the panes would run; until foreign code is allowed, without it. */
  private kernelsOf(problem: object): KernelArgs[] {
    const { operation, panes } = this.setup;
    return panes.map((pane) =>
      kernelOf(
        operation,
        problem,
        this.setups.trusted ? pane : { ...shippedPane(pane.variant), params: pane.params },
      ),
    );
  }

  private get variants(): readonly VariantInfo[] {
    const known = (this.labs.lab?.operations() ?? []).find(({ id }) => id === this.setup.operation);
    const listed = OPERATIONS.find(({ id }) => id === this.setup.operation);
    return (
      known?.variants ??
      offeredVariants(listed?.variants ?? [], undefined).map((variant) => ({ ...variant, supported: true }))
    );
  }

  private form(errors: Form['errors'], problem: object | undefined): TemplateResult {
    const { setup } = this;
    const kept = this.kept.of(setup, problem);
    return compareForm({
      setup,
      errors,
      running: this.bench.run.kind === 'running',
      ready: this.canRun,
      changed: kept.size === 0 ? [] : lettersOf(setup.panes).filter((letter) => !kept.has(letter)),
      runAll: () => void this.start({ all: true }),
      setField: (name, value) => {
        this.changed = name;
        this.setups.change({ fields: { ...setup.fields, [name]: value } });
      },
      setOther: (name, value) => {
        this.setups.setOther(name, value, this.labs.lab?.device);
      },
      submit: this.submit,
    });
  }

  private get canRun(): boolean {
    return this.labs.state.kind === 'ready' && this.setups.trusted;
  }

  private pane(pane: Pane, index: number, { letters, problem, kernel }: PaneContext): TemplateResult {
    const { operation, panes } = this.setup;
    const letter = letters[index] ?? '';
    const result = this.own.find(({ label }) => label === letter);
    const than = this.own.find(({ label }) => label === result?.baseline);
    const isOld = (name = '') => this.kept.isOld(name, this.setup, problem);
    return html`
      <tw-compare-pane
        .letter=${letter}
        .operation=${operation}
        ?baseline=${index === 0}
        .pane=${pane}
        .variants=${this.variants}
        .kernel=${kernel ? this.kernels.state(kernel) : {}}
        .result=${result}
        ?baselineKept=${than?.kept === true}
        ?stale=${result?.baseline !== letters[0] || isOld(letter) || isOld(letters[0])}
        ?removable=${panes.length > FEWEST_PANES}
        ?duplicable=${panes.length < MOST_PANES}
        @pane-request=${({ detail }: CustomEvent<PaneRequest>) => {
          this.accept(detail, index);
        }}
      ></tw-compare-pane>
    `;
  }

  private accept(request: PaneRequest, index: number): void {
    if (request.kind === 'edit') this.codes.open(index);
    else this.setPanes(withRequest(this.setup.panes, index, request));
  }

  private setPanes(panes: Pane[]): void {
    if (panes.length !== this.setup.panes.length) this.codes.close();
    this.setups.change({ panes });
  }

  /** The results that were measured here, rather than opened. */
  private get own(): readonly Result[] {
    return this.bench.source === undefined ? this.bench.results : [];
  }

  private get hasOutcome(): boolean {
    return this.bench.results.length > 0 || this.bench.source !== undefined;
  }

  private differences(kernels: readonly KernelArgs[]): TemplateResult {
    const { panes } = this.setup;
    const params = kernels.map((kernel, index) => {
      return this.kernels.state(kernel).compiled?.params ?? panes[index]?.params ?? {};
    });
    return html`<tw-differences .panes=${panes} .params=${params}></tw-differences>`;
  }

  private outcome(): TemplateResult {
    const { results, report, source } = this.bench;
    return html`
      <tw-comparison .results=${results} .report=${report} .source=${source}>
        ${this.actions()}
      </tw-comparison>
    `;
  }

  private ownData(problem: object | undefined): TemplateResult {
    return html`
      <tw-own-data
        .lab=${this.labs.lab}
        .settings=${problem && ownSettings({ operation: this.setup.operation, problem })}
        .kernels=${paneKernels(this.setup.panes)}
        kind="Pane"
        measure="Compare the panes on them"
        ?busy=${this.bench.run.kind === 'running' || !this.setups.trusted}
        @own-measure=${({ detail }: CustomEvent<MeasureCase>) => this.measure(detail)}
      ></tw-own-data>
    `;
  }

  private actions(): TemplateResult {
    return actionsPart(this.bench, 'compare', this.setups.link, this.opened);
  }

  private readonly opened = (name: string): void => {
    this.announcement = `${name} is shown.`;
  };

  private acceptCode(request: CodeRequest): void {
    switch (request.kind) {
      case 'change':
        this.setPanes(withRequest(this.setup.panes, request.index, request));
        break;
      case 'show':
        this.codes.show(request.index);
        break;
      case 'run':
        this.codes.show(this.setups.againstOriginal(request.index));
        void this.start();
        break;
      case 'close':
        this.codes.close();
        break;
    }
  }

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    void this.start();
  };

  /** @param all whether panes that have not changed are measured again, too */
  private async start({ all = false } = {}): Promise<void> {
    const { problem, errors } = readProblem(this.setup.operation, this.setup.fields, this.changed);
    if (errors) {
      const [name = ''] = Object.keys(errors);
      this.renderRoot.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
      return;
    }
    const kept = all ? undefined : this.kept.of(this.setup, problem);
    await this.measure({ operation: this.setup.operation, problem }, kept);
  }

  private async measure(one: MeasureCase, kept?: ReadonlyMap<string, Result>): Promise<void> {
    const { lab } = this.labs;
    if (!lab || !this.canRun || this.bench.run.kind === 'running') return;
    const { panes } = this.setup;
    this.announcement = 'Measuring.';
    this.hangs.clear();
    this.kept.begin(this.setup, readProblem(this.setup.operation, this.setup.fields).problem);
    const plan = comparePlan(this.setup, one, kept);
    const running = this.bench.start(lab, plan, panes.some(isEdited) ? { watchMs: WATCH_MS } : {});
    await this.updateComplete;
    this.renderRoot.querySelector('tw-progress')?.scrollIntoView({ block: 'nearest' });
    const report = await running;
    if (one.inputs === undefined) this.kept.keep(this.bench.results);
    await this.panels.loaded();
    if (report) await this.renderRoot.querySelector('tw-history')?.add(report);
    this.announcement = announcementWords(this.bench.results);
    const [first] = panes;
    if (!first) return;
    await this.hangs.ended(this.bench.run, () =>
      lab.sources(kernelOf(one.operation, one.problem, shippedPane(first.variant))),
    );
  }

  private readonly cancel = (): void => {
    if (this.bench.run.kind !== 'running') return;
    this.bench.cancel();
    this.renderRoot.querySelector<HTMLElement>('wa-button[type=submit]')?.focus();
  };

  private readonly allow = (): void => {
    this.setups.trust();
  };

  static override readonly styles = [base, panel, benchStyles, compareStyles];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-compare': ComparePage;
  }
}
