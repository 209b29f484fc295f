import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatBytes } from '../../../measure/format.ts';
import { base } from '../../shell/styles.ts';
import type { TrafficView } from './frame.ts';

/** Bytes read so far, and bytes held, beside the naive variant. */
@customElement('tw-traffic-panel')
export class TrafficPanel extends LitElement {
  @property({ attribute: false }) view!: TrafficView;

  override render() {
    const { read, readInAll, naiveRead, naiveReadInAll, matrixBytes, workgroupBytes, atScale } = this.view;
    return html`
      <h3>Read from memory so far</h3>
      ${this.bar('Tiled', 'tiled', read, readInAll)} ${this.bar('Naive', 'naive', naiveRead, naiveReadInAll)}
      <dl>
        <div>
          <dt>Matrix in memory</dt>
          <dd><strong>0 B</strong> <span class="quiet">naive ${formatBytes(matrixBytes)}</span></dd>
        </div>
        <div>
          <dt>Workgroup memory of a tile</dt>
          <dd><strong>${formatBytes(workgroupBytes)}</strong></dd>
        </div>
      </dl>
      <p class="small quiet">
        Naive: for the same pairs, by invocations that share nothing. Loads are counted as the kernels are
        written, whatever a cache saves. ${atScale}
      </p>
    `;
  }

  private bar(name: string, kind: string, soFar: number, inAll: number) {
    const most = Math.max(this.view.readInAll, this.view.naiveReadInAll);
    const share = (bytes: number) => `width: ${((100 * bytes) / most).toFixed(2)}%`;
    return html`
      <div class="bar ${kind}">
        <span>${name}</span>
        <div class="track">
          <div class="all" style=${share(inAll)}></div>
          <div class="so-far" style=${share(soFar)}></div>
        </div>
        <span class="bytes">${formatBytes(soFar)} <span class="quiet">of ${formatBytes(inAll)}</span></span>
      </div>
    `;
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: block;
      }
      h3 {
        margin-bottom: 0.6rem;
      }
      .bar {
        display: grid;
        grid-template-columns: 3.2rem minmax(4rem, 1fr) 10.5rem;
        align-items: center;
        gap: 0.6rem;
        margin-top: 0.35rem;
        font-size: 0.875rem;
      }
      .track {
        position: relative;
        height: 0.9rem;
      }
      .track div {
        position: absolute;
        inset: 0 auto 0 0;
        border-radius: 3px;
      }
      .all {
        border: 1px solid var(--wa-color-surface-border);
        background: var(--wa-color-surface-lowered);
      }
      .so-far {
        background: var(--wa-color-neutral-60);
        transition: width 0.2s;
      }
      .tiled .so-far {
        background: var(--wa-color-brand-fill-loud);
      }
      .bytes {
        font-variant-numeric: tabular-nums;
        text-align: right;
        white-space: nowrap;
      }
      dl {
        display: grid;
        gap: 0.25rem;
        margin-block: 0.9rem 0.7rem;
        font-size: 0.875rem;
      }
      dl div {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 1rem;
      }
      dt {
        color: var(--wa-color-text-quiet);
      }
      @media (max-width: 26rem) {
        .bar {
          grid-template-columns: 3.2rem 1fr;
        }
        .track {
          grid-column: 1 / -1;
          order: 1;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .so-far {
          transition: none;
        }
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-traffic-panel': TrafficPanel;
  }
}
