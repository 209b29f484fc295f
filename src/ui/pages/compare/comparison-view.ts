import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { seriesOf } from '../../../measure/describe.ts';
import type { Report, Result } from '../../../measure/report.ts';
import { valueOf } from '../../form/form-fields.ts';
import { disturbanceNotes, originNote } from '../../report/report-notes.ts';
import { base, denseControls, panel } from '../../shell/styles.ts';
import { sideBySide, type Group } from './side-by-side.ts';
import './figures-table.ts';

/**
 * Results side by side, of a run or of a report: every sample, where wrong ones are wrong, and all figures with their
 * formulas. Of a report with many problems, one at a time.
 */
@customElement('tw-comparison')
export class ComparisonView extends LitElement {
  @property({ attribute: false }) results: readonly Result[] = [];
  /** The whole report, once there is one. */
  @property({ attribute: false }) report: Report | undefined;
  /** The file that the report came from. */
  @property({ attribute: false }) source: string | undefined;
  /** The title of the group that is shown; by default the first. */
  @state() private chosen = '';

  constructor() {
    super();
    // Plot is most of their script, and nothing is drawn before there are results.
    void import('./error-map.ts');
    void import('./strip-plot.ts');
  }

  override render() {
    const { report, source } = this;
    const groups = sideBySide(this.results);
    const shown = groups.find(({ title }) => title === this.chosen) ?? groups[0];
    const results = shown?.results ?? [];
    const wrong = results.filter(({ errorMap }) => errorMap);
    return html`
      ${report && source !== undefined ? originNote(report, source) : nothing}
      ${report ? disturbanceNotes(report) : nothing}
      <section class="panel samples" aria-label="Samples">
        <h2>${results.some(({ time }) => time?.all) ? 'Every sample' : 'Times'}</h2>
        ${
          results.some(({ time }) => time)
            ? html`<tw-strip-plot .results=${results}></tw-strip-plot>`
            : html`<p class="quiet">Nothing was timed.</p>`
        }
        ${keptNote(results)}
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
        <header>
          <div class="heading">
            <h2>Figures</h2>
            ${groups.length > 1 ? this.choice(groups, shown) : html`<span class="small quiet">${shown?.title}</span>`}
          </div>
          <slot name="actions"></slot>
        </header>
        <tw-figures-table .results=${results} .matmul=${report?.matmul}></tw-figures-table>
      </section>
    `;
  }

  private choice(groups: readonly Group[], shown: Group | undefined): TemplateResult {
    return html`
      <label class="small">
        <span class="hidden-words">Problem</span>
        <select
          name="group"
          @change=${(event: Event) => {
            this.chosen = valueOf(event);
          }}
        >
          ${groups.map(({ title }) => html`<option value=${title} ?selected=${title === shown?.title}>${title}</option>`)}
        </select>
      </label>
    `;
  }

  static override readonly styles = [
    base,
    denseControls,
    panel,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.75rem;
      }
      .samples {
        padding: 0.9rem 1.15rem 1rem;
      }
      .samples h2 {
        margin-bottom: 0.5rem;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0.5rem 1rem;
        padding: 0.9rem 1.15rem 0.6rem;
      }
      .heading {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.2rem;
        max-width: 100%;
        overflow-wrap: anywhere;
      }
      wa-callout::part(icon) {
        align-self: start;
        padding-top: 0.15rem;
      }
    `,
  ];
}

/** The panes that were not measured with the others. */
function keptNote(results: readonly Result[]): TemplateResult | typeof nothing {
  const kept = results.filter((result) => result.kept).map(seriesOf);
  return kept.length === 0
    ? nothing
    : html`<p class="small quiet" data-state="kept">
        Kept from an earlier run, not measured in the rounds of the others: ${kept.join(', ')}.
      </p>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-comparison': ComparisonView;
  }
}
