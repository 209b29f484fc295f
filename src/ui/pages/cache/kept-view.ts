import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import {
  attentionOn,
  headAttention,
  type HeadAttention,
} from '../../../operations/kv-cache/head-attention.ts';
import type { CacheStudy, CacheStudyArgs } from '../../../operations/kv-cache/study.ts';
import { choiceField } from '../../form/form-fields.ts';
import { studyPanelStyles } from '../../report/study-panels.ts';
import { base, figures, panel, linkSummary } from '../../shell/styles.ts';
import { WidthController } from '../../shell/width-controller.ts';
import { keptChart } from './kept-chart.ts';

/** Queries that are drawn, the last ones. */
const QUERIES = 24;

/** The keys that each selection kept, over the attention of a head. */
@customElement('tw-cache-kept')
export class CacheKept extends LitElement {
  @property({ attribute: false }) study: CacheStudy | undefined;
  /** The arguments of the study. */
  @property({ attribute: false }) args: CacheStudyArgs | undefined;
  @state() private row = '0';
  @state() private head = '0';
  private readonly measured = new WidthController(this);
  private known:
    { readonly args: CacheStudyArgs; readonly head: number; readonly of: HeadAttention } | undefined;

  override render() {
    const { study, args } = this;
    if (study === undefined || args === undefined) return nothing;
    const rows = study.rows.flatMap(({ label, positions }) =>
      positions === undefined ? [] : [{ label, positions }],
    );
    if (rows.length === 0) return nothing;
    const [batch = 1, heads = 1] = args.query.shape;
    const chosen = rows[Number(this.row)] ?? rows[0];
    const head = Math.min(Number(this.head), batch * heads - 1);
    const attention = this.attentionOf(args, head);
    const width = Math.min(760, this.measured.width - 42);
    const kept = chosen?.positions[attention.group] ?? [];
    const form = {
      fields: { row: this.row, head: String(head) },
      errors: {},
      set: (name: string, value: string) => {
        if (name === 'row') this.row = value;
        else this.head = value;
      },
    };
    return html`
      <section class="panel">
        <div class="head">
          <h2>Which keys are kept</h2>
          <div class="choices">
            ${choiceField(
              form,
              'row',
              'Selection',
              rows.map(({ label }, at) => ({ value: String(at), label })),
            )}
            ${choiceField(
              form,
              'head',
              'Head',
              Array.from({ length: batch * heads }, (_, at) => ({ value: String(at), label: String(at) })),
            )}
          </div>
        </div>
        ${width > 0 ? keptChart(attention, kept, { width }) : nothing}
        <p class="small quiet">
          The last queries of the head over the exact cache: the stronger the colour, the more attention, on a
          logarithmic scale. A mark below is a key that is kept.
        </p>
        <details>
          <summary class="small">As a table</summary>
          <div class="scroller" tabindex="0" role="region" aria-label="Keys kept, scrollable">
            <table>
              <thead>
                <tr>
                  <th scope="col">Selection</th>
                  <th scope="col">Keys kept</th>
                  <th scope="col">Attention on them</th>
                </tr>
              </thead>
              <tbody>
                ${rows.map(({ label, positions }) => {
                  const own = positions[attention.group] ?? [];
                  return html`<tr>
                    <th scope="row">${label}</th>
                    <td>${own.length}</td>
                    <td>${(100 * attentionOn(attention.rows, own)).toFixed(1)} %</td>
                  </tr>`;
                })}
              </tbody>
            </table>
          </div>
        </details>
      </section>
    `;
  }

  private attentionOf(args: CacheStudyArgs, head: number): HeadAttention {
    if (this.known?.args !== args || this.known.head !== head) {
      this.known = { args, head, of: headAttention(args, head, QUERIES) };
    }
    return this.known.of;
  }

  static override readonly styles = [
    base,
    linkSummary,
    panel,
    figures,
    studyPanelStyles,
    css`
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-cache-kept': CacheKept;
  }
}
