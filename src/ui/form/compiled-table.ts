import { LitElement, css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import {
  boundWords,
  compiledGroups,
  COMPILED_NOTE,
  registerWords,
  waveWords,
  type CompiledFor,
  type CompiledRow,
} from '../../measure/compiled-kernels.ts';
import { base, denseControls, figureTable } from '../shell/styles.ts';
import { valueOf } from './form-fields.ts';

/** The passes of a variant on each GPU, of one problem at a time. */
@customElement('tw-compiled-table')
export class CompiledTable extends LitElement {
  @property({ attribute: false }) files: readonly CompiledFor[] = [];
  @property() operation = '';
  @property() variant = '';
  /** The title of the problem that is shown; by default the first. */
  @state() private chosen = '';

  override render() {
    const groups = compiledGroups(this.files, this.operation, this.variant);
    const shown = groups.find(({ title }) => title === this.chosen) ?? groups[0];
    if (!shown) {
      return html`<p class="small quiet" data-state="none">
        Nothing is kept for ${this.variant}: its passes have no tiled products.
      </p>`;
    }
    return html`
      <label class="small">
        <span class="hidden-words">Problem of the compiled kernels of ${this.variant}</span>
        <select
          name="compiled-problem"
          @change=${(event: Event) => {
            this.chosen = valueOf(event);
          }}
        >
          ${groups.map(({ title }) => html`<option value=${title} ?selected=${title === shown.title}>${title}</option>`)}
        </select>
      </label>
      <div
        class="scroller"
        tabindex="0"
        role="region"
        aria-label="Compiled kernels of ${this.variant}, scrollable"
      >
        <table>
          <thead>
            <tr>
              ${['GPU and pass', 'Bound', 'Registers', 'Spills', 'Waves'].map((title) => html`<th scope="col">${title}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${shown.rows.map((row) => this.row(row))}
          </tbody>
        </table>
      </div>
      <p class="small quiet">${COMPILED_NOTE} ${compilersOf(shown.rows)}</p>
    `;
  }

  private row(row: CompiledRow) {
    return html`
      <tr>
        <th scope="row">${row.on.gpu}<span class="detail">${row.pass}</span></th>
        <td data-figure="bound">${boundWords(row)}</td>
        <td>${registerWords(row)}</td>
        <td class=${row.spills > 0 ? 'spills' : ''}>${row.spills}</td>
        <td>${waveWords(row)}</td>
      </tr>
    `;
  }

  static override readonly styles = [
    base,
    denseControls,
    figureTable,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.5rem;
        margin-top: 0.4rem;
      }
      table {
        font-size: 0.8125rem;
      }
      th,
      td {
        min-width: 4rem;
        padding: 0.3rem 0.5rem 0.3rem 0;
      }
      th:first-child {
        min-width: 9rem;
      }
      .spills {
        color: var(--bad);
      }
    `,
  ];
}

/** `Compilers: Mesa 26.2.6 RADV (2026-12-02), …`. */
const compilersOf = (rows: readonly CompiledRow[]): string =>
  `Compilers: ${[...new Set(rows.map(({ on }) => `${on.compiler} (${on.date})`))].join(', ')}.`;

declare global {
  interface HTMLElementTagNameMap {
    'tw-compiled-table': CompiledTable;
  }
}
