import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../../shell/styles.ts';
import type { ExcerptSpec } from '../../../core/excerpt.ts';
import { excerpt } from './shader-excerpts.ts';

/** Lines of the shaders, with their files and numbers. */
@customElement('tw-shader-lines')
export class ShaderLines extends LitElement {
  @property({ attribute: false }) excerpts: readonly ExcerptSpec[] = [];

  override render() {
    return this.excerpts.map((spec) => {
      const { file, firstLine, lines } = excerpt(spec);
      return html`
        <figure>
          <figcaption class="small quiet"><code>${file}</code>, line ${firstLine}</figcaption>
          <pre tabindex="0" style="--first: ${firstLine - 1}"><code>${lines.map(
            (line) => html`<span class="line">${coloured(line)} </span>`,
          )}</code></pre>
        </figure>
      `;
    });
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.75rem;
      }
      pre {
        overflow-x: auto;
        margin: 0.3rem 0 0;
        padding: 0.6rem 0.8rem;
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-surface-lowered);
        font-size: 0.8125rem;
        line-height: 1.55;
        counter-reset: line var(--first);
      }
      pre code {
        font-size: inherit;
      }
      .line {
        display: block;
      }
      .line::before {
        counter-increment: line;
        content: counter(line);
        display: inline-block;
        width: 3ch;
        margin-right: 1.2ch;
        color: var(--wa-color-text-quiet);
        opacity: 0.7;
        text-align: right;
        user-select: none;
      }
      .comment {
        color: var(--wa-color-text-quiet);
        font-style: italic;
      }
      .key {
        color: var(--wa-color-brand-on-quiet);
        font-weight: 600;
      }
    `,
  ];
}

/** Highlights comments and keywords: as much as a few lines need. */
function coloured(line: string) {
  return line
    .split(/(\/\*.*?\*\/|\/\/.*$|\b(?:let|var|const|for|if|else|return|fn|while|select)\b|@\w+)/)
    .map((part, index) => {
      if (index % 2 === 0) return part;
      return html`<span class=${part.startsWith('/') ? 'comment' : 'key'}>${part}</span>`;
    });
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-shader-lines': ShaderLines;
  }
}
