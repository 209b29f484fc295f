import { LitElement, css, html, svg, unsafeCSS } from 'lit';
import { customElement } from 'lit/decorators.js';
import { base } from '../../shell/styles.ts';

const CELLS = 8;
const TILE = 2;
const STEP = 14;
const SIZE = CELLS * STEP - 2;
/** Below the five seconds after which moving pictures need a pause button. */
const SECONDS = 4.8;

const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The idea in one picture: a matrix that is stored whole, and one that a tile walks over. */
@customElement('tw-tile-figure')
export class TileFigure extends LitElement {
  override render() {
    return html`
      <figure>
        <div>
          <svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="A matrix with every cell filled">
            ${indices(CELLS * CELLS).map((cell) => {
              const [row, column] = [Math.floor(cell / CELLS), cell % CELLS];
              const delay = `animation-delay: ${((cell / CELLS ** 2) * SECONDS).toFixed(2)}s`;
              return svg`<rect class="kept" style=${delay} x=${column * STEP} y=${row * STEP} />`;
            })}
          </svg>
          <figcaption><strong>Naive</strong> N² numbers in memory</figcaption>
        </div>
        <div>
          <svg
            viewBox="0 0 ${SIZE} ${SIZE}"
            role="img"
            aria-label="An empty matrix with one tile of it at work"
          >
            ${indices(CELLS * CELLS).map(
              (cell) =>
                svg`<rect class="empty" x=${(cell % CELLS) * STEP} y=${Math.floor(cell / CELLS) * STEP} />`,
            )}
            <g class="tile">
              ${indices(TILE * TILE).map(
                (cell) => svg`<rect x=${(cell % TILE) * STEP} y=${Math.floor(cell / TILE) * STEP} />`,
              )}
            </g>
          </svg>
          <figcaption><strong>Tiled</strong> one tile and one sum per row</figcaption>
        </div>
      </figure>
    `;
  }

  static override readonly styles = [
    base,
    css`
      figure {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: clamp(1rem, 3vw, 2rem);
        max-width: 30rem;
        margin-inline: auto;
      }
      svg {
        display: block;
        width: 100%;
      }
      rect {
        width: 12px;
        height: 12px;
        rx: 2px;
      }
      .kept {
        fill: var(--wa-color-neutral-60);
        animation: fill 0.25s both;
      }
      .empty {
        fill: var(--wa-color-surface-border);
      }
      .tile {
        fill: var(--wa-color-brand-fill-loud);
        animation: walk ${SECONDS}s step-end both;
      }
      figcaption {
        margin-top: 0.75rem;
        color: var(--wa-color-text-quiet);
        font-size: 0.8125rem;
        text-align: center;
      }
      strong {
        display: block;
        color: var(--wa-color-text-normal);
        font-size: 0.9375rem;
      }
      @keyframes fill {
        from {
          fill: var(--wa-color-surface-border);
        }
      }
      ${unsafeCSS(walk())}
      @media (prefers-reduced-motion: reduce) {
        .kept,
        .tile {
          animation: none;
        }
        .tile {
          transform: translate(${4 * STEP}px, ${2 * STEP}px);
        }
      }
    `,
  ];
}

/** Row after row of tiles; it comes to rest amid the matrix. */
function walk(): string {
  const across = CELLS / TILE;
  const frames = indices(across * across).map((index) => {
    const [x, y] = [(index % across) * TILE * STEP, Math.floor(index / across) * TILE * STEP];
    return `${((100 * index) / across ** 2).toFixed(2)}% { transform: translate(${x}px, ${y}px) }`;
  });
  return `@keyframes walk { ${frames.join(' ')} 100% { transform: translate(${4 * STEP}px, ${2 * STEP}px) } }`;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-tile-figure': TileFigure;
  }
}
