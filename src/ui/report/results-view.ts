import '@awesome.me/webawesome/dist/components/callout/callout.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { problemTitle, seriesOf, variantsOf } from '../../measure/describe.ts';
import type { DeviceReport, Report, Result } from '../../measure/report.ts';
import { withoutSweeps } from '../../measure/sweep.ts';
import { infoIcon, warningIcon } from '../shell/icons.ts';
import { disturbanceNotes, originNote } from './report-notes.ts';
import { base, panel } from '../shell/styles.ts';
import './results-table.ts';

/** The results of one operation as charts and a table, from a run or from a file; wrong ones first of all. */
@customElement('tw-results-view')
export class ResultsView extends LitElement {
  /** Results of other operations are counted, not shown. */
  @property() operation = '';
  @property({ attribute: false }) results: readonly Result[] = [];
  /** The whole report, once there is one. */
  @property({ attribute: false }) report: Report | undefined;
  /** The file that the report came from. */
  @property({ attribute: false }) source: string | undefined;
  @property({ attribute: false }) device: DeviceReport | undefined;
  /** Known variant ids in teaching order. */
  @property({ attribute: false }) variants: readonly string[] = [];
  /** Whether they were measured with other settings than those of the form. */
  @property({ type: Boolean }) old = false;
  /** Where a result can be compared with its baseline, if it can be. */
  @property({ attribute: false }) compareLink: (result: Result) => string | undefined = () => undefined;

  constructor() {
    super();
    // Plot is most of the page's script, and nothing is drawn before there are results.
    void import('./heat-maps.ts');
    void import('./result-charts.ts');
  }

  override render() {
    const { report, source } = this;
    const all = this.results.filter(({ operation }) => operation === this.operation);
    const results = withoutSweeps(all);
    // A report may know variants that this version does not.
    const variants = [...new Set([...this.variants, ...variantsOf(results)])];
    return html`
      ${report && source !== undefined ? this.origin(report, source, all) : nothing} ${alarm(all)}
      ${this.old ? oldNote : nothing} ${report ? disturbanceNotes(report) : nothing}
      <tw-heat-maps .results=${all} ?hidden=${all.length === results.length}></tw-heat-maps>
      <tw-charts
        ?hidden=${results.length === 0}
        .results=${results}
        .variants=${variants}
        .matmul=${report?.matmul}
        .roofs=${report?.peaks}
        .limitBytes=${this.device?.limits['maxStorageBufferBindingSize']}
      ></tw-charts>
      <section class="panel">
        <header>
          <h2>Results</h2>
          <slot name="actions"></slot>
        </header>
        <tw-results-table
          .results=${all}
          .variants=${variants}
          .compareLink=${this.compareLink}
        ></tw-results-table>
      </section>
    `;
  }

  private origin(report: Report, source: string, shown: readonly Result[]): TemplateResult {
    const others = this.results.length - shown.length;
    const more =
      others === 0 ? '' : `It also has ${others} results of other operations, which are not shown here.`;
    return originNote(report, source, more);
  }

  static override readonly styles = [
    base,
    panel,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.75rem;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0.5rem 1rem;
        padding: 0.75rem;
      }
      wa-callout::part(icon) {
        align-self: start;
        padding-top: 0.15rem;
      }
    `,
  ];
}

const oldNote = html`<wa-callout size="s" variant="neutral" data-state="old">
  <span slot="icon">${infoIcon}</span>These results are old: the settings have changed since.
</wa-callout>`;

/** A notice about wrong results, so that nobody has to find them in the table. */
function alarm(results: readonly Result[]): TemplateResult | typeof nothing {
  const wrong = results.filter(({ status }) => status === 'wrong');
  if (wrong.length === 0) return nothing;
  return html`
    <wa-callout size="s" variant="danger" appearance="accent" role="alert">
      <span slot="icon">${warningIcon}</span>
      <strong>${wrong.length} wrong ${wrong.length === 1 ? 'result' : 'results'}.</strong>
      ${wrong.map((result) => `${seriesOf(result)} at ${problemTitle(result)}`).join('; ')}: outside the error
      bound, so compared with nothing.
    </wa-callout>
  `;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-results-view': ResultsView;
  }
}
