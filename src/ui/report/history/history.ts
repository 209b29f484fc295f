import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { messageOf } from '../../../core/errors.ts';
import type { Report } from '../../../measure/report.ts';
import { deviceName } from '../../lab/device-card.ts';
import { valueOf } from '../../form/form-fields.ts';
import { base, panel, plainButton } from '../../shell/styles.ts';
import { defaultName } from '../report-name.ts';
import { HistoryStore, type BrokenRun, type KeptRun } from './store.ts';

/** A report with the name that the reader knows it by. */
export interface NamedReport {
  readonly report: Report;
  readonly name: string;
}

/**
 * The runs that this browser keeps: open, name, compare with, delete. `history-open` and `history-baseline` carry a
 * NamedReport.
 */
@customElement('tw-history')
export class History extends LitElement {
  /** Whether no run can be opened, because a running one would be lost. */
  @property({ type: Boolean }) disabled = false;
  @state() private runs: readonly (KeptRun | BrokenRun)[] = [];
  @state() private problem: string | undefined;
  /** The run that is being named. */
  @state() private naming: number | undefined;
  private readonly store = new HistoryStore();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.change(() => Promise.resolve());
  }

  /** Keeps a run. Without storage, the list says so and nothing else fails. */
  async add(report: Report): Promise<void> {
    await this.change(() => this.store.add(defaultName(report), report));
  }

  override render() {
    const { runs, problem } = this;
    return html`
      <details class="panel">
        <summary>
          <h2>Your runs</h2>
          <span class="small quiet"
            >${runs.length === 0 ? 'none yet' : `${runs.length} kept in this browser`}</span
          >
        </summary>
        <div class="content">
          ${
            problem === undefined
              ? nothing
              : html`<p class="small problem" role="alert">
                  This browser gives no room to keep runs: ${problem}
                </p>`
          }
          <p class="small quiet">
            Every finished run is kept here, in this browser alone, until you delete it.
          </p>
          <ul>
            ${runs.map((run) => html`<li data-run=${run.id}>${'report' in run ? this.kept(run) : this.broken(run)}</li>`)}
          </ul>
          ${
            runs.length === 0
              ? nothing
              : html`<button
                  type="button"
                  class="plain"
                  data-action="clear"
                  @click=${() => this.change(() => this.store.clear())}
                >
                  Delete all
                </button>`
          }
        </div>
      </details>
    `;
  }

  private kept(run: KeptRun): TemplateResult {
    const { id, name, report } = run;
    const tell = (type: 'history-open' | 'history-baseline') => () => {
      this.dispatchEvent(new CustomEvent<NamedReport>(type, { detail: { report, name } }));
    };
    return html`
      <div>
        ${this.naming === id ? this.nameField(run) : html`<strong>${name}</strong>`}
        <span class="small quiet">
          ${new Date(report.environment.date).toLocaleString()} · ${deviceName(report.device)} ·
          ${report.results.length} results
        </span>
      </div>
      <div class="row">
        ${this.action('open', 'Open', name, tell('history-open'), this.disabled)}
        ${this.action('baseline', 'Compare with', name, tell('history-baseline'))}
        ${this.action('name', 'Name', name, () => {
          this.naming = id;
        })}
        ${this.action('delete', 'Delete', name, () => this.change(() => this.store.remove(id)))}
      </div>
    `;
  }

  private nameField(run: KeptRun): TemplateResult {
    return html`
      <input
        type="text"
        aria-label="New name"
        maxlength="120"
        .value=${run.name}
        autofocus
        @change=${(event: Event) => {
          const name = valueOf(event).trim();
          this.naming = undefined;
          if (name !== '') void this.change(() => this.store.rename(run, name));
        }}
        @blur=${() => {
          this.naming = undefined;
        }}
      />
    `;
  }

  private broken({ id, reason }: BrokenRun): TemplateResult {
    return html`
      <div><strong>Cannot be read</strong> <span class="small quiet">${reason}</span></div>
      <div class="row">
        ${this.action('delete', 'Delete', 'the unreadable run', () => this.change(() => this.store.remove(id)))}
      </div>
    `;
  }

  private action(
    name: string,
    label: string,
    of: string,
    act: () => unknown,
    disabled = false,
  ): TemplateResult {
    return html`<button
      type="button"
      class="plain"
      data-action=${`${name}-run`}
      aria-label=${`${label}: ${of}`}
      ?disabled=${disabled}
      @click=${act}
    >
      ${label}
    </button>`;
  }

  private async change(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.runs = await this.store.list();
      this.problem = undefined;
    } catch (error) {
      this.problem = messageOf(error);
    }
  }

  protected override updated(): void {
    if (this.naming !== undefined) this.renderRoot.querySelector<HTMLInputElement>('input')?.focus();
  }

  static override readonly styles = [
    base,
    panel,
    plainButton,
    css`
      :host {
        display: block;
      }
      summary {
        padding: 0.8rem 1.15rem;
        cursor: pointer;
      }
      summary h2 {
        display: inline;
        margin-right: 0.5rem;
      }
      .content {
        padding: 0 1.15rem 1.15rem;
      }
      ul {
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0.25rem 1rem;
        padding-block: 0.6rem;
        border-bottom: 1px solid var(--wa-color-surface-border);
        font-size: 0.9375rem;
        overflow-wrap: anywhere;
      }
      li span {
        display: block;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1rem;
      }
      [data-action='clear'] {
        margin-top: 0.8rem;
      }
      input {
        width: min(24rem, 70vw);
        padding: 0.3rem 0.45rem;
        border: 1px solid var(--wa-form-control-border-color);
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-form-control-background-color);
        color: inherit;
        font: inherit;
      }
      .problem {
        color: var(--bad);
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-history': History;
  }
  interface HTMLElementEventMap {
    'history-open': CustomEvent<NamedReport>;
    'history-baseline': CustomEvent<NamedReport>;
  }
}
