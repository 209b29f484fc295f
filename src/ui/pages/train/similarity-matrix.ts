import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FloatTensor } from '../../../core/tensor.ts';
import type { Pair } from '../../../train/pairs.ts';
import { wordsOf } from '../../../train/world.ts';
import { base } from '../../shell/styles.ts';
import './picture-canvas.ts';

/** Pairs that are shown. */
const SHOWN = 16;

/** Cosines of some held-out pictures, the rows, with the words of each, the columns. The pairs stand on the diagonal. */
@customElement('tw-train-matrix')
export class TrainMatrix extends LitElement {
  @property({ attribute: false }) similarities: FloatTensor | undefined;
  @property({ attribute: false }) pairs: readonly Pair[] = [];

  override render() {
    const { similarities, pairs } = this;
    if (similarities === undefined) return nothing;
    const [size = 0] = similarities.shape;
    const shown = pairs.slice(0, SHOWN);
    const at = (row: number, col: number): number => similarities.data[row * size + col] ?? 0;
    return html`
      <div class="matrix" role="img" aria-label=${diagonalWords(shown.length, at)}>
        ${shown.map((pair, row) => {
          const best = Math.max(...shown.map((_, col) => at(row, col)));
          return html`
            <tw-train-picture .pair=${pair}></tw-train-picture>
            ${shown.map(({ description }, col) => {
              const value = at(row, col);
              return html`<i
                class=${value === best ? 'best' : ''}
                style="--share: ${Math.max(0, value).toFixed(3)}"
                title="${wordsOf(pair.description)} × “${wordsOf(description)}”: ${value.toFixed(2)}"
              ></i>`;
            })}
          `;
        })}
      </div>
    `;
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: block;
      }
      .matrix {
        display: grid;
        max-width: 30rem;
        grid-template-columns: repeat(${SHOWN + 1}, minmax(0, 1fr));
        gap: 1px;
      }
      i {
        aspect-ratio: 1;
        border-radius: 2px;
        background: color-mix(
          in oklab,
          var(--chart-2, light-dark(#0067a8, #56b4e9)) calc(100% * var(--share)),
          var(--wa-color-surface-lowered)
        );
      }
      i.best {
        box-shadow: inset 0 0 0 2px var(--chart-3, light-dark(#c14a00, #ff9a4d));
      }
    `,
  ];
}

function diagonalWords(size: number, at: (row: number, col: number) => number): string {
  const rows = Array.from({ length: size }, (_, row) => row);
  const first = rows.filter((row) => rows.every((col) => at(row, col) <= at(row, row))).length;
  return `Similarity of ${size} pictures with ${size} descriptions: for ${first} pictures, their own is the most similar.`;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-train-matrix': TrainMatrix;
  }
}
