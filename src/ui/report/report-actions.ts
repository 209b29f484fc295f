import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/dropdown/dropdown.js';
import '@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Report } from '../../measure/report.ts';
import { DropController } from '../shell/drop-controller.ts';
import { errorWords } from '../shell/error-words.ts';
import type { NamedReport } from './history/history.ts';
import { linkIcon, openIcon, saveIcon } from '../shell/icons.ts';
import { linkWithReport } from './report-link.ts';
import { FORM_NAMES, isReportForm, readReport, REPORT_FORMS, reportText, saveReport } from './report-file.ts';
import { base } from '../shell/styles.ts';

/** A report of the command line, from a page of the site. */
const SAMPLE = '../../sample-report.json';

/**
 * Saves and copies a report, opens one (from a file dropped on the page too), copies the link to the settings.
 * `report-open` carries an opened one; `report-baseline` asks to compare with the one that is here.
 */
@customElement('tw-report-actions')
export class ReportActions extends LitElement {
  /** The report to save, if there is one. */
  @property({ attribute: false }) report: Report | undefined;
  /** The page's word in the name of the file. */
  @property() operation = '';
  /** The address of these settings. */
  @property() link = '';
  /** Whether no report can be opened, because a running run would be lost. */
  @property({ type: Boolean }) disabled = false;
  @state() private problem: string | undefined;
  @state() private copied: string | undefined;

  constructor() {
    super();
    new DropController(
      this,
      (name) => name.endsWith('.json'),
      ([file]) => {
        if (this.disabled) this.problem = 'A run is under way. Drop the report again once it has ended.';
        else if (file) void this.read(file);
      },
    );
  }

  override render() {
    const { report } = this;
    return html`
      <div class="buttons">
        ${
          report
            ? this.action('save', saveIcon, 'Save report', () => {
                saveReport(report, this.operation, 'json');
              })
            : nothing
        }
        ${this.action('open', openIcon, 'Open report', () => {
          this.input?.click();
        })}
        ${report ? this.more(report) : this.action('sample', openIcon, 'See a sample', () => this.openSample())}
        ${this.action('link', linkIcon, 'Copy link', () => this.copy('Link', this.link))}
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
        ?disabled=${this.disabled && (name === 'open' || name === 'sample')}
        @click=${act}
      >
        <span slot="start">${icon}</span>${label}
      </wa-button>
    `;
  }

  /** The other forms, and what else can be done with a report. */
  private more(report: Report): TemplateResult {
    const act = (event: CustomEvent<{ item: { value?: string } }>) => {
      const [verb = '', form = ''] = (event.detail.item.value ?? '').split(' ');
      if (verb === 'link') void this.copy('Link with these results', linkWithReport(this.link, report));
      else if (verb === 'baseline') this.dispatchEvent(new CustomEvent('report-baseline'));
      else if (isReportForm(form)) {
        if (verb === 'save') saveReport(report, this.operation, form);
        else void this.copy(FORM_NAMES[form], reportText(report, form));
      }
    };
    return html`
      <wa-dropdown size="s" @wa-select=${act}>
        <wa-button slot="trigger" data-action="more" size="s" appearance="outlined" with-caret
          >More</wa-button
        >
        ${REPORT_FORMS.map((form) => html`<wa-dropdown-item value=${`save ${form}`}>Save as ${FORM_NAMES[form]}</wa-dropdown-item>`)}
        ${REPORT_FORMS.map((form) => html`<wa-dropdown-item value=${`copy ${form}`}>Copy as ${FORM_NAMES[form]}</wa-dropdown-item>`)}
        <wa-dropdown-item value="link">Copy link with these results</wa-dropdown-item>
        <wa-dropdown-item value="baseline">Compare others with this</wa-dropdown-item>
      </wa-dropdown>
    `;
  }

  private get input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  private readonly open = async (): Promise<void> => {
    const { input } = this;
    const file = input?.files?.[0];
    if (!file) return;
    await this.read(file);
    // Otherwise the same file could not be chosen again.
    input.value = '';
  };

  private async openSample(): Promise<void> {
    try {
      const response = await fetch(SAMPLE);
      await this.read(new File([await response.blob()], 'A sample report'));
    } catch (error) {
      this.problem = errorWords(error).detail;
    }
  }

  private async read(file: File): Promise<void> {
    try {
      const report = await readReport(file);
      this.problem = undefined;
      this.dispatchEvent(
        new CustomEvent<NamedReport>('report-open', { detail: { report, name: file.name } }),
      );
    } catch (error) {
      this.problem = errorWords(error).detail;
    }
  }

  private async copy(what: string, text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.copied = `${what} copied.`;
    } catch {
      const instead = what === 'Link' ? `The link: ${text}` : 'Save it instead.';
      this.copied = `The browser keeps its clipboard closed. ${instead}`;
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
