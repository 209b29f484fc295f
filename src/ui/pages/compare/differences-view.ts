import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Params } from '../../../core/variant.ts';
import { base, panel } from '../../shell/styles.ts';
import { differences } from './differences.ts';
import { lettersOf, type Pane } from './setup.ts';

/** The differences between panes, one a row. */
@customElement('tw-differences')
export class DifferencesView extends LitElement {
  @property({ attribute: false }) panes: readonly Pane[] = [];
  /** The parameters of each pane, as `differences` takes them. */
  @property({ attribute: false }) params: readonly Params[] = [];

  override render() {
    const rows = differences(this.panes, this.params);
    return html`
      <section class="panel" aria-label="What sets the panes apart">
        <h2>What sets them apart</h2>
        ${
          rows.length === 0
            ? html`<p class="quiet">Nothing: the panes are alike, and any difference in time is noise.</p>`
            : html`<div class="scroller" tabindex="0" role="region" aria-label="Differences, scrollable">
                <table>
                  <thead>
                    <tr>
                      <td></td>
                      ${lettersOf(this.panes).map((letter) => html`<th scope="col">${letter}</th>`)}
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

  static override readonly styles = [
    base,
    panel,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      section {
        padding: 0.9rem 1.15rem 1rem;
      }
      h2 {
        margin-bottom: 0.5rem;
      }
      .scroller {
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        font-size: 0.875rem;
      }
      th,
      td {
        padding: 0.2rem 1.5rem 0.2rem 0;
        font-weight: 400;
        text-align: left;
        vertical-align: top;
      }
      th[scope='col'] {
        font-weight: 600;
      }
      th[scope='row'] {
        color: var(--wa-color-text-quiet);
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-differences': DifferencesView;
  }
}
