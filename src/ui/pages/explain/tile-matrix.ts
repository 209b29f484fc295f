import { LitElement, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Range } from '../../../tile/trace-tiles.ts';
import { indicesOf } from '../../../tile/trace-tiles.ts';
import { base } from '../../shell/styles.ts';
import type { DrawnTile, MatrixView, Progress } from './frame.ts';
import { rangeWords, shortNumber } from './numbers.ts';
import { matrixStyles } from './tile-matrix-styles.ts';

/** Units of the drawing: a cell, what is left free for names, and the strip of what is kept. */
const CELL = 40;
const NAMES = 26;
const GAP = 8;
const STRIP = 16;
/** How many CSS pixels a cell may grow to. */
const LARGEST = 46;

const at = (index: number): number => NAMES + index * CELL;
const lengthOf = ({ first, end }: Range): number => (end - first) * CELL;

/** The matrix with its tiles: ahead, at work, forgotten, skipped. Tells of a clicked tile with `step-change`. */
@customElement('tw-tile-matrix')
export class TileMatrix extends LitElement {
  @property({ attribute: false }) view!: MatrixView;

  override render() {
    const { numRows, numCols, colProgress, tiles } = this.view;
    const width = at(numCols) + GAP + STRIP + 1;
    const height = at(numRows) + (colProgress ? GAP + STRIP : 0) + 1;
    return html`
      <svg
        viewBox="0 0 ${width} ${height}"
        style="max-width: ${(width * LARGEST) / CELL}px"
        role="img"
        aria-label=${this.words()}
      >
        <defs>
          <pattern
            id="hatch"
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <line class="hatch" x1="0" y1="0" x2="0" y2="6" />
          </pattern>
        </defs>
        ${this.names()} ${tiles.map((tile) => this.tile(tile))} ${this.marks()} ${this.strips()}
        ${tiles.filter(({ state }) => state === 'current').map((tile) => outline(tile))}
      </svg>
      ${this.table()}
    `;
  }

  private words(): string {
    const { tiles, rowName, colName, numRows, numCols } = this.view;
    const count = (state: DrawnTile['state']) => tiles.filter((tile) => tile.state === state).length;
    const [current] = tiles.filter(({ state }) => state === 'current');
    const place = current
      ? ` At work: ${rowName} ${rangeWords(current.rows)}, ${colName} ${rangeWords(current.cols)}.`
      : '';
    return `${numRows} × ${numCols} matrix in ${tiles.length} tiles: ${count('done')} done, ${count('skipped')} skipped.${place}`;
  }

  /** Indices along both sides; those of the tile at work stand out. */
  private names(): SVGTemplateResult {
    const { numRows, numCols, tiles } = this.view;
    const current = tiles.find(({ state }) => state === 'current');
    const isIn = (index: number, range: Range | undefined) =>
      range !== undefined && index >= range.first && index < range.end;
    const classOf = (index: number, range: Range | undefined) => (isIn(index, range) ? 'name own' : 'name');
    return svg`
      ${indicesOf({ first: 0, end: numCols }).map(
        (j) => svg`<text class=${classOf(j, current?.cols)} x=${at(j) + CELL / 2} y=${NAMES - 9}>${j}</text>`,
      )}
      ${indicesOf({ first: 0, end: numRows }).map(
        (i) =>
          svg`<text class=${classOf(i, current?.rows)} x=${NAMES - 12} y=${at(i) + CELL / 2 + 4}>${i}</text>`,
      )}
    `;
  }

  private tile(tile: DrawnTile): SVGTemplateResult {
    const { rows, cols, state, step } = tile;
    const area = { x: at(cols.first), y: at(rows.first), width: lengthOf(cols), height: lengthOf(rows) };
    const place = `${this.view.rowName} ${rangeWords(rows)}, ${this.view.colName} ${rangeWords(cols)}`;
    return svg`
      <g class="tile ${state}" @click=${step === undefined ? nothing : () => this.jump(step)}>
        <title>${place}: ${TILE_WORDS[state]}</title>
        <rect class="ground" x=${area.x} y=${area.y} width=${area.width} height=${area.height} />
        ${indicesOf(rows).flatMap((row) => indicesOf(cols).map((col) => this.cell(tile, row, col)))}
        <rect class="edge" x=${area.x} y=${area.y} width=${area.width} height=${area.height} rx="2" />
      </g>
    `;
  }

  private cell({ rows, cols, state }: DrawnTile, row: number, col: number): SVGTemplateResult {
    const [x, y] = [at(col) + 1.5, at(row) + 1.5];
    const size = CELL - 3;
    if (state === 'skipped') return svg``;
    if (this.view.isHidden(row, col)) {
      return svg`<rect class="hidden" x=${x} y=${y} width=${size} height=${size} rx="3" />`;
    }
    const value = state === 'current' ? this.view.numbers?.[row - rows.first]?.[col - cols.first] : undefined;
    if (value === undefined) {
      return svg`<rect class="cell" x=${x} y=${y} width=${size} height=${size} rx="3" />`;
    }
    const tint = this.view.tint(value);
    return svg`
      <rect class="cell" x=${x} y=${y} width=${size} height=${size} rx="3" />
      <rect class=${tint < 0 ? 'tint below' : 'tint'} x=${x} y=${y} width=${size} height=${size} rx="3"
        style="opacity: ${(0.08 + 0.6 * Math.abs(tint)).toFixed(2)}" />
      <text class="number" x=${x + size / 2} y=${y + size / 2 + 4}>${shortNumber(value)}</text>
    `;
  }

  /** Pairs that belong together. */
  private marks(): SVGTemplateResult {
    const { numRows, numCols, isMarked } = this.view;
    const size = CELL - 6;
    return svg`${indicesOf({ first: 0, end: numRows }).flatMap((row) =>
      indicesOf({ first: 0, end: numCols })
        .filter((col) => isMarked(row, col))
        .map(
          (col) =>
            svg`<rect class="mark" x=${at(col) + 3} y=${at(row) + 3} width=${size} height=${size} rx="3" />`,
        ),
    )}`;
  }

  /** The boxes of statistics: one for each row, and for each column where columns are kept too. */
  private strips(): SVGTemplateResult {
    const { numRows, numCols, rowProgress, colProgress = [] } = this.view;
    const box = (x: number, y: number, width: number, height: number, progress: Progress) =>
      svg`<rect class="kept ${progress}" x=${x} y=${y} width=${width} height=${height} rx="3" />`;
    return svg`
      ${rowProgress.map((progress, i) => box(at(numCols) + GAP, at(i) + 4, STRIP, CELL - 8, progress))}
      ${colProgress.map((progress, j) => box(at(j) + 4, at(numRows) + GAP, CELL - 8, STRIP, progress))}
    `;
  }

  /** The numbers of the tile, for those who cannot see it. */
  private table(): TemplateResult | typeof nothing {
    const { numbers, tiles, rowName, colName } = this.view;
    const current = tiles.find(({ state }) => state === 'current');
    if (!numbers || !current) return nothing;
    return html`
      <div class="numbers hidden-words">
        <table>
          <caption>
            Numbers of the tile at work
          </caption>
          <tr>
            <th></th>
            ${indicesOf(current.cols).map((j) => html`<th scope="col">${colName} ${j}</th>`)}
          </tr>
          ${numbers.map(
            (row, r) => html`
              <tr>
                <th scope="row">${rowName} ${current.rows.first + r}</th>
                ${row.map((value) => html`<td>${shortNumber(value)}</td>`)}
              </tr>
            `,
          )}
        </table>
      </div>
    `;
  }

  private jump(step: number): void {
    this.dispatchEvent(new CustomEvent<number>('step-change', { detail: step }));
  }

  static override readonly styles = [base, matrixStyles];
}

const TILE_WORDS: Readonly<Record<DrawnTile['state'], string>> = {
  ahead: 'still to come',
  current: 'at work',
  done: 'computed and forgotten',
  skipped: 'skipped, no row sees any of it',
};

const outline = ({ rows, cols }: DrawnTile): SVGTemplateResult =>
  svg`<rect class="outline" x=${at(cols.first) - 1} y=${at(rows.first) - 1}
    width=${lengthOf(cols) + 2} height=${lengthOf(rows) + 2} rx="4" />`;

declare global {
  interface HTMLElementTagNameMap {
    'tw-tile-matrix': TileMatrix;
  }
}
