import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../../shell/styles.ts';
import type { StateView } from './frame.ts';

/** The statistics that are kept of some rows or columns. Values that the step has set stand out. */
@customElement('tw-state-table')
export class StateTable extends LitElement {
  @property({ attribute: false }) view!: StateView;

  override render() {
    const { title, heads, rows } = this.view;
    return html`
      <h3 id="title">${title}</h3>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="title">
        <table aria-labelledby="title">
          <thead>
            <tr>
              <th scope="col"><span class="hidden-words">Line</span></th>
              ${heads.map(({ symbol, about }) => html`<th scope="col" title=${about}>${symbol}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ name, cells }) => html`
                <tr>
                  <th scope="row">${name}</th>
                  ${cells.map(({ text, changed }) => html`<td class=${changed === true ? 'changed' : ''}>${text}</td>`)}
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .scroll {
        overflow: auto;
        max-height: 19rem;
        margin-top: 0.5rem;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.8125rem;
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding: 0.22rem 0.45rem;
        text-align: right;
        white-space: nowrap;
      }
      thead th {
        position: sticky;
        top: 0;
        background: var(--wa-color-surface-default);
        color: var(--wa-color-text-quiet);
        font-weight: 600;
        cursor: help;
      }
      tbody th {
        padding-left: 0;
        color: var(--wa-color-text-quiet);
        font-weight: 400;
        text-align: left;
      }
      tbody tr {
        border-top: 1px solid var(--wa-color-surface-border);
      }
      td {
        font-family: var(--wa-font-family-code);
      }
      .changed {
        background: var(--wa-color-brand-fill-quiet);
        color: var(--wa-color-brand-on-quiet);
        font-weight: 650;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-state-table': StateTable;
  }
}
