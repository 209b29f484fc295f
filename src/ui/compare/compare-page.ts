import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/callout/callout.js';
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { isHang } from '../../errors.ts';
import { OPERATIONS } from '../../kernels/registry.ts';
import type { Report, Result } from '../../measure/report.ts';
import type { KernelArgs, VariantInfo } from '../../worker/api.ts';
import { BenchController } from '../bench-controller.ts';
import { benchStyles } from '../bench-styles.ts';
import { choiceField, switchField, textField, type Form } from '../form-fields.ts';
import { runIcon, warningIcon } from '../icons.ts';
import { LabController } from '../lab-controller.ts';
import { runStatus } from '../run-status.ts';
import { Shortcuts } from '../shortcuts.ts';
import { base, panel } from '../styles.ts';
import { compareStyles } from './compare-styles.ts';
import { comparePlan, kernelOf } from './compare-plan.ts';
import { differences } from './differences.ts';
import type { CodeWish } from './code/code-wish.ts';
import { KernelController } from './kernel-controller.ts';
import { PROBLEM_FORMS, readProblem } from './problem-forms.ts';
import type { PaneWish } from './compare-pane.ts';
import { isEdited, letterOf, MOST_PANES, shippedPane, FEWEST_PANES, type Pane } from './setup.ts';
import { SetupController } from './setup-controller.ts';
import '../device-card.ts';
import '../no-webgpu.ts';
import './compare-pane.ts';
import './error-map.ts';
import './figures-table.ts';
import './strip-plot.ts';

const BUDGETS = ['500', '2000', '5000', '20000'].map((value) => ({
  value,
  label: `${Number(value) / 1000} s of sampling`,
}));

/** Edited kernels that are silent for so long are cut off. */
const WATCH_MS = 10_000;

/** Variants side by side on one problem, with their code in reach. */
@customElement('tw-compare')
export class ComparePage extends LitElement {
  readonly bench = new BenchController(this);
  readonly kernels = new KernelController(this);
  readonly setups = new SetupController(this);
  readonly labs = new LabController(this, (lab) => {
    this.setups.suit(lab.device);
  });

  readonly shortcuts = new Shortcuts(this, [
    {
      keys: ['Ctrl+Enter'],
      does: 'Run the comparison; in an editor, against the unedited original',
      run: () => void this.start(),
    },
    { keys: ['Escape'], does: 'Cancel the run', run: () => this.cancel() },
  ]);

  @state() private announcement = '';
  /** Whose code is shown. */
  @state() private shown: number | undefined;
  /** After a kernel was cut off: whether there is a device again. */
  @state() private afterHang: 'asking' | 'replaced' | 'stuck' | undefined;
  /** What the results are of: a pane that has changed since is told so. */
  private measured: readonly Pane[] = [];
  /** Measured once a visit: it is the device's, not the panes'. */
  private matmul: Report['matmul'];
  /** The code's part of the page is large: it comes when somebody wants it. */
  private codeModule: Promise<unknown> | undefined;

  override render() {
    const { problem, errors = {} } = readProblem(this.setup.operation, this.setup.fields);
    const running = this.bench.run.kind === 'running';
    const kernels = problem ? this.kernelsOf(problem) : [];
    this.kernels.want(this.labs.lab, kernels);
    return html`
      ${
        this.labs.state.kind === 'unavailable'
          ? html`<tw-no-webgpu .error=${this.labs.state.error}></tw-no-webgpu>`
          : nothing
      }
      ${this.notices()}
      <div class="layout">
        <div class="settings">${this.form(errors)}</div>
        <div class="outcome">
          <p class="hidden-words" role="status">${this.announcement}</p>
          <div class="panes">
            ${this.setup.panes.map((pane, index) => this.pane(pane, index, kernels[index]))}
          </div>
          ${this.differences(kernels)} ${runStatus(this.bench.run, this.cancel, this.hangWords())}
          ${this.bench.results.length > 0 ? this.results() : running ? nothing : this.empty()}
        </div>
      </div>
      ${this.code(kernels)}
      ${
        this.labs.lab
          ? html`<tw-device-card class="device" .device=${this.labs.lab.device}></tw-device-card>`
          : nothing
      }
    `;
  }

  private get setup() {
    return this.setups.setup;
  }

  /** What panes would run; until foreign code is allowed, without it. */
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
    return known?.variants ?? (listed?.variants ?? []).map((variant) => ({ ...variant, supported: true }));
  }

  private notices(): TemplateResult {
    const { notice, trusted } = this.setups;
    const foreign = this.setup.panes.flatMap((pane, index) => (isEdited(pane) ? [letterOf(index)] : []));
    return html`
      ${
        notice === undefined
          ? nothing
          : html`<wa-callout size="s" variant="warning" role="status" data-state="notice">
              <span slot="icon">${warningIcon}</span>${notice} The defaults are shown instead.
            </wa-callout>`
      }
      ${
        trusted
          ? nothing
          : html`<wa-callout size="s" variant="warning" role="status" data-state="foreign">
              <span slot="icon">${warningIcon}</span>
              <strong>This link carries code of somebody else, in pane ${foreign.join(' and ')}.</strong>
              It is shown, but neither compiled nor run until you allow it. It can reach nothing but this
              page’s GPU device; it can keep that busy for a long time.
              <div class="buttons">
                <wa-button data-action="allow" size="s" variant="brand" @click=${this.allow}
                  >Allow this code</wa-button
                >
              </div>
            </wa-callout>`
      }
    `;
  }

  private form(errors: Form['errors']): TemplateResult {
    const { setup } = this;
    const form: Form = {
      fields: setup.fields,
      errors,
      set: (name, value) => {
        this.setups.change({ fields: { ...setup.fields, [name]: value } });
      },
    };
    const besides: Form = {
      fields: {
        operation: setup.operation,
        budgetMs: String(setup.budgetMs),
        seed: String(setup.seed),
        yardstick: setup.yardstick ? 'on' : 'off',
      },
      errors: {},
      set: (name, value) => {
        this.setups.setBesides(name, value, this.labs.lab?.device);
      },
    };
    const running = this.bench.run.kind === 'running';
    const budgets = BUDGETS.some(({ value }) => value === besides.fields['budgetMs'])
      ? BUDGETS
      : [...BUDGETS, { value: String(setup.budgetMs), label: `${setup.budgetMs} ms of sampling` }];
    return html`
      <form class="panel" novalidate @submit=${this.submit} aria-label="What to compare">
        <fieldset>
          <legend>One problem for all</legend>
          <div class="fields">
            <div class="wide">
              ${choiceField(
                besides,
                'operation',
                'Operation',
                OPERATIONS.map(({ id, title }) => ({ value: id, label: title })),
              )}
            </div>
            ${PROBLEM_FORMS[setup.operation].template(form)}
          </div>
        </fieldset>
        <fieldset>
          <legend>Measuring</legend>
          <div class="fields">
            <div class="wide">${choiceField(besides, 'budgetMs', 'Sampling budget', budgets)}</div>
            ${textField(besides, 'seed', 'Seed of the inputs')}
            <div class="wide">
              ${switchField(besides, 'yardstick', 'Matmul yardstick', 'Measured in the first run, then kept.')}
            </div>
          </div>
          ${errors[''] === undefined ? nothing : html`<p class="cost small error">${errors['']}</p>`}
        </fieldset>
        <div class="go">
          <div class="buttons">
            <wa-button type="submit" variant="brand" size="m" ?loading=${running} ?disabled=${!this.canRun}>
              <span slot="start">${runIcon}</span>Run interleaved
            </wa-button>
          </div>
        </div>
      </form>
    `;
  }

  private get canRun(): boolean {
    return this.labs.state.kind === 'ready' && this.setups.trusted;
  }

  private pane(pane: Pane, index: number, kernel: KernelArgs | undefined): TemplateResult {
    const { panes } = this.setup;
    const letter = letterOf(index);
    return html`
      <tw-compare-pane
        .index=${index}
        .pane=${pane}
        .variants=${this.variants}
        .kernel=${kernel ? this.kernels.state(kernel) : {}}
        .result=${this.bench.results.find(({ label }) => label === letter)}
        ?stale=${this.measured[index] !== pane}
        ?removable=${panes.length > FEWEST_PANES}
        ?duplicable=${panes.length < MOST_PANES}
        @pane-wish=${({ detail }: CustomEvent<PaneWish>) => {
          this.grant(detail, index);
        }}
      ></tw-compare-pane>
    `;
  }

  private grant(wish: PaneWish, index: number): void {
    const { panes } = this.setup;
    switch (wish.kind) {
      case 'change':
        this.setPane(index, wish.pane);
        break;
      case 'remove':
        this.shown = undefined;
        this.setPanes(panes.filter((_, at) => at !== index));
        break;
      case 'duplicate':
        this.setPanes(panes.flatMap((pane, at) => (at === index ? [pane, { ...pane }] : [pane])));
        break;
      case 'edit':
        this.showCode(index);
        break;
    }
  }

  private setPane(index: number, pane: Pane): void {
    this.setups.change({ panes: this.setup.panes.map((other, at) => (at === index ? pane : other)) });
  }

  /** Letters move: results would stand beside other panes. */
  private setPanes(panes: Pane[]): void {
    if (this.bench.run.kind !== 'running') this.bench.clear();
    this.setups.change({ panes });
  }

  private differences(kernels: readonly KernelArgs[]): TemplateResult {
    const { panes } = this.setup;
    const params = kernels.map((kernel, index) => {
      return this.kernels.state(kernel).compiled?.params ?? panes[index]?.params ?? {};
    });
    const rows = differences(panes, params);
    return html`
      <section class="panel differences" aria-label="What sets the panes apart">
        <h2>What sets them apart</h2>
        ${
          rows.length === 0
            ? html`<p class="quiet">Nothing: the panes are alike, and any difference in time is noise.</p>`
            : html`<div class="scroller" tabindex="0" role="region" aria-label="Differences, scrollable">
                <table>
                  <thead>
                    <tr>
                      <td></td>
                      ${panes.map((_, index) => html`<th scope="col">${letterOf(index)}</th>`)}
                    </tr>
                  </thead>
                  <tbody>
                    ${rows.map(
                      ({ what, values }) =>
                        html`<tr data-difference=${what}>
                          <th scope="row">${what}</th>
                          ${values.map((value) => html`<td>${value}</td>`)}
                        </tr>`,
                    )}
                  </tbody>
                </table>
              </div>`
        }
      </section>
    `;
  }

  private hangWords(): TemplateResult | typeof nothing {
    switch (this.afterHang) {
      case undefined:
        return nothing;
      case 'asking':
        return html`<p>Asking for a new device…</p>`;
      case 'replaced':
        return html`<p data-state="replaced">There is a new device: the next run can start.</p>`;
      case 'stuck':
        return html`<p data-state="stuck">
          The browser gives no new device, because its adapter is still busy with the kernel. A CPU adapter
          has no watchdog: close the browser to stop it. Your setup is in this page’s address.
        </p>`;
    }
  }

  private empty(): TemplateResult {
    return html`
      <section class="panel empty">
        <h2>Nothing compared yet</h2>
        <p class="quiet">
          Run checks every pane against a float64 reference, and then times them in turn, round by round, so
          that whatever disturbs one disturbs all. Pane A is what the others are held against.
        </p>
      </section>
    `;
  }

  private results(): TemplateResult {
    const { results, report } = this.bench;
    const wrong = results.filter(({ errorMap }) => errorMap);
    return html`
      <section class="panel samples" aria-label="Samples">
        <h2>Every sample</h2>
        <tw-strip-plot .results=${results}></tw-strip-plot>
        ${results.some(({ time }) => time) ? nothing : html`<p class="quiet">No pane was timed.</p>`}
      </section>
      ${
        wrong.length === 0
          ? nothing
          : html`<section class="panel samples" aria-label="Where results are wrong">
              <h2>Where it is wrong</h2>
              ${wrong.map((result) => html`<tw-error-map .result=${result}></tw-error-map>`)}
            </section>`
      }
      <section class="panel" aria-label="Figures">
        <header class="heading"><h2>Figures</h2></header>
        <tw-figures-table .results=${results} .matmul=${report?.matmul ?? this.matmul}></tw-figures-table>
      </section>
    `;
  }

  private code(kernels: readonly KernelArgs[]): TemplateResult | typeof nothing {
    if (this.shown === undefined) return nothing;
    return html`
      <tw-compare-code
        .shown=${this.shown}
        .panes=${this.setup.panes}
        .trusted=${this.setups.trusted}
        .modifiable=${this.setup.operation !== 'contrastive'}
        .states=${kernels.map((kernel) => this.kernels.state(kernel))}
        .files=${kernels.map((kernel) => this.kernels.sources(kernel))}
        @code-wish=${({ detail }: CustomEvent<CodeWish>) => {
          this.grantCode(detail);
        }}
      ></tw-compare-code>
    `;
  }

  private showCode(index: number): void {
    this.shown = index;
    this.codeModule ??= import('./code/compare-code.ts');
    void Promise.all([this.codeModule, this.updateComplete]).then(() => {
      this.renderRoot.querySelector('tw-compare-code')?.scrollIntoView({ block: 'start' });
    });
  }

  private grantCode(wish: CodeWish): void {
    switch (wish.kind) {
      case 'change':
        this.setPane(wish.index, wish.pane);
        break;
      case 'show':
        this.shown = wish.index;
        break;
      case 'run':
        this.shown = this.setups.againstOriginal(wish.index);
        void this.start();
        break;
      case 'close':
        this.shown = undefined;
        break;
    }
  }

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    void this.start();
  };

  private async start(): Promise<void> {
    const { lab } = this.labs;
    const { problem, errors } = readProblem(this.setup.operation, this.setup.fields);
    if (errors) {
      const [name = ''] = Object.keys(errors);
      this.renderRoot.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
      return;
    }
    if (!lab || !this.canRun || this.bench.run.kind === 'running') return;
    this.announcement = 'Measuring.';
    this.afterHang = undefined;
    this.measured = this.setup.panes;
    const plan = comparePlan(this.setup, problem, this.matmul === undefined);
    await this.bench.start(lab, plan, this.setup.panes.some(isEdited) ? { watchMs: WATCH_MS } : {});
    this.matmul = this.bench.report?.matmul ?? this.matmul;
    this.announcement = announcementOf(this.bench.results);
    const { run } = this.bench;
    const [kernel] = this.kernelsOf(problem);
    if (run.kind === 'failed' && kernel && isHang(run.error)) await this.askAgain(kernel);
  }

  /** After a hang: a new device, if the browser has one to give. */
  private async askAgain(kernel: KernelArgs): Promise<void> {
    this.afterHang = 'asking';
    try {
      await this.labs.lab?.sources(kernel);
      this.afterHang = 'replaced';
    } catch {
      this.afterHang = 'stuck';
    }
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

function announcementOf(results: readonly Result[]): string {
  return results
    .map(({ label, status, versusBaseline }) => `${label ?? ''}: ${versusBaseline?.verdict ?? status}.`)
    .join(' ');
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-compare': ComparePage;
  }
}
