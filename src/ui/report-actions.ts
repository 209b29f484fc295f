import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Report } from '../measure/report.ts';
import { errorWords } from './error-words.ts';
import { linkIcon, openIcon, saveIcon } from './icons.ts';
import { readReport, saveReport } from './report-file.ts';
import { base } from './styles.ts';

/** A report read from a file. */
export interface OpenedReport {
  readonly report: Report;
  readonly name: string;
}

/** Saves a report, opens one, copies the link to the settings. Tells of an opened one with `report-open`. */
@customElement('tw-report-actions')
export class ReportActions extends LitElement {
  /** To be saved, where there is one. */
  @property({ attribute: false }) report: Report | undefined;
  /** What the file is named after. */
  @property() operation = '';
  /** The address of these settings. */
  @property() link = '';
  /** While a run would be lost. */
  @property({ type: Boolean }) disabled = false;
  @state() private problem: string | undefined;
  @state() private copied: string | undefined;

  override render() {
    const { report } = this;
    return html`
      <div class="buttons">
        ${
          report
            ? this.action('save', saveIcon, 'Save report', () => {
                saveReport(report, this.operation);
              })
            : nothing
        }
        ${this.action('open', openIcon, 'Open report', () => {
          this.input?.click();
        })}
        ${this.action('link', linkIcon, 'Copy link', () => this.copy())}
      </div>
      <input type="file" hidden accept="application/json,.json" @change=${this.open} />
      <p class="small quiet" role="status">${this.copied}</p>
      ${this.problem === undefined ? nothing : html`<p class="small problem" role="alert">${this.problem}</p>`}
    `;
  }

  private action(
    name: string,
    icon: TemplateResult,
    label: string,
    act: () => void | Promise<void>,
  ): TemplateResult {
    return html`
      <wa-button
        data-action=${name}
        size="s"
        appearance="outlined"
        ?disabled=${this.disabled && name === 'open'}
        @click=${act}
      >
        <span slot="start">${icon}</span>${label}
      </wa-button>
    `;
  }

  private get input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  private readonly open = async (): Promise<void> => {
    const { input } = this;
    const file = input?.files?.[0];
    if (!file) return;
    try {
      const report = await readReport(file);
      this.problem = undefined;
      this.dispatchEvent(
        new CustomEvent<OpenedReport>('report-open', { detail: { report, name: file.name } }),
      );
    } catch (error) {
      this.problem = errorWords(error).detail;
    }
    // The same file may be chosen again.
    input.value = '';
  };

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.link);
      this.copied = 'Link copied.';
    } catch {
      this.copied = `The browser keeps its clipboard closed. The link: ${this.link}`;
    }
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      p {
        overflow-wrap: anywhere;
      }
      p:not(:empty) {
        margin-top: 0.5rem;
      }
      .problem {
        color: var(--bad);
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-report-actions': ReportActions;
  }
}
