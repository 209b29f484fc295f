import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { attentionOn, oneHead, rowsOf, type HeadsArgs } from '../../../operations/kv-cache/head-attention.ts';
import type { CacheStudy } from '../../../operations/kv-cache/study.ts';
import type { LabClient } from '../../../worker/api.ts';
import { choiceField } from '../../form/form-fields.ts';
import { CallController } from '../../lab/call-controller.ts';
import { runStatus } from '../../lab/run-status.ts';
import { studyPanelStyles } from '../../report/study-panels.ts';
import { base, figures, panel, linkSummary } from '../../shell/styles.ts';
import { WidthController } from '../../shell/width-controller.ts';
import { keptChart, type HeadAttention } from './kept-chart.ts';

/** Queries that are drawn, the last ones. */
const QUERIES = 24;

/** A study with the attention of one of its heads. */
interface Shown extends HeadAttention {
  readonly study: CacheStudy;
  readonly args: HeadsArgs;
  readonly head: number;
  /** The key/value head, counted over the batch. */
  readonly group: number;
}

/** The keys that each selection kept, over the attention of a head, which the worker computes. */
@customElement('tw-cache-kept')
export class CacheKept extends LitElement {
  @property({ attribute: false }) study: CacheStudy | undefined;
  /** The arguments of the study. */
  @property({ attribute: false }) args: HeadsArgs | undefined;
  @property({ attribute: false }) lab: LabClient | undefined;
  @state() private row = '0';
  @state() private head = '0';
  private readonly measured = new WidthController(this);
  private readonly calls = new CallController<Shown>(this);
  private asked: Pick<Shown, 'args' | 'head'> | undefined;
  /** The last that was computed: it stays until the next one is. */
  private shown: Shown | undefined;

  override willUpdate(): void {
    const { study, args, lab } = this;
    if (study === undefined || args === undefined || lab === undefined) return;
    const head = shownHead(this.head, args);
    if (this.asked?.args === args && this.asked.head === head) return;
    this.asked = { args, head };
    void this.calls.replace(async ({ signal }) => {
      const { args: alone, ...place } = oneHead(args, head, QUERIES);
      const matrix = await lab.cacheAttention(alone, { signal, transfer: true });
      this.shown = { study, args, head, ...place, rows: rowsOf(matrix) };
      return this.shown;
    });
  }

  override render() {
    const { run } = this.calls;
    return html`${run.kind === 'failed' ? runStatus(run, () => undefined) : nothing} ${this.panel(this.shown)}`;
  }

  private panel(shown: Shown | undefined): TemplateResult | typeof nothing {
    if (shown === undefined) return nothing;
    const rows = shown.study.rows.flatMap(({ label, positions }) =>
      positions === undefined ? [] : [{ label, positions }],
    );
    if (rows.length === 0) return nothing;
    const chosen = rows[Number(this.row)] ?? rows[0];
    const isOld = this.calls.run.kind === 'running';
    const width = Math.min(760, this.measured.width - 42);
    const form = {
      fields: { row: this.row, head: String(shownHead(this.head, shown.args)) },
      errors: {},
      set: (name: string, value: string) => {
        if (name === 'row') this.row = value;
        else this.head = value;
      },
    };
    return html`
      <section class="panel" aria-busy=${isOld}>
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
              Array.from({ length: headsOf(shown.args) }, (_, at) => ({
                value: String(at),
                label: String(at),
              })),
            )}
          </div>
        </div>
        ${width > 0 ? keptChart(shown, chosen?.positions[shown.group] ?? [], { width }) : nothing}
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
                  const own = positions[shown.group] ?? [];
                  return html`<tr>
                    <th scope="row">${label}</th>
                    <td>${own.length}</td>
                    <td>${(100 * attentionOn(shown.rows, own)).toFixed(1)} %</td>
                  </tr>`;
                })}
              </tbody>
            </table>
          </div>
        </details>
      </section>
    `;
  }

  static override readonly styles = [
    base,
    linkSummary,
    panel,
    figures,
    studyPanelStyles,
    css`
      [aria-busy='true'] svg {
        opacity: 0.4;
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
    `,
  ];
}

/** Query heads, counted over the batch. */
function headsOf({ query }: HeadsArgs): number {
  const [batch = 1, heads = 1] = query.shape;
  return batch * heads;
}

/** The head that was chosen, or the last one. */
const shownHead = (chosen: string, args: HeadsArgs): number => Math.min(Number(chosen), headsOf(args) - 1);

declare global {
  interface HTMLElementTagNameMap {
    'tw-cache-kept': CacheKept;
  }
}
