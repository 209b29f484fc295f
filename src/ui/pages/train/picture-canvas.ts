import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Pair } from '../../../train/pairs.ts';
import { drawPicture, SIDE } from '../../../train/picture.ts';
import { wordsOf } from '../../../train/world.ts';

/** A picture of the made data, as towers see it: 32 × 32 pixels. */
@customElement('tw-train-picture')
export class TrainPicture extends LitElement {
  @property({ attribute: false }) pair: Pair | undefined;

  override render() {
    const words = this.pair && wordsOf(this.pair.description);
    return html`<canvas
      width=${SIDE}
      height=${SIDE}
      role="img"
      aria-label=${words ?? 'no picture'}
    ></canvas>`;
  }

  protected override updated(): void {
    const context = this.renderRoot.querySelector('canvas')?.getContext('2d');
    if (this.pair === undefined || !context) return;
    const pixels = drawPicture(this.pair.description, this.pair.seed);
    const image = context.createImageData(SIDE, SIDE);
    for (let at = 0; at < SIDE * SIDE; at++) {
      const rgb = pixels.subarray(3 * at, 3 * at + 3).map((value) => 255 * value);
      image.data.set([...rgb, 255], 4 * at);
    }
    context.putImageData(image, 0, 0);
  }

  static override readonly styles = css`
    :host {
      display: block;
    }
    canvas {
      display: block;
      width: 100%;
      aspect-ratio: 1;
      border-radius: var(--wa-border-radius-s);
      image-rendering: pixelated;
    }
  `;
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-train-picture': TrainPicture;
  }
}
