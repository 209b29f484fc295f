import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CacheMethod } from '../../../operations/kv-cache/method.ts';
import { base, panel } from '../../shell/styles.ts';

/** A card for each method: its idea, who published it, and its parameters. */
@customElement('tw-cache-methods')
export class CacheMethods extends LitElement {
  @property({ attribute: false }) methods: readonly CacheMethod[] = [];

  override render() {
    return this.methods.map(
      ({ id, kind, title, idea, source, params }) => html`
        <article class="panel">
          <h3>${title} <code class="quiet">${id}</code></h3>
          <p>${idea}</p>
          <p class="small quiet">${kind === 'format' ? 'Format' : 'Selection'}. ${source}.</p>
          <ul class="small quiet">
            ${params.map(({ name, about, initial }) => html`<li><code>${name}</code> ${about}: ${initial}</li>`)}
          </ul>
        </article>
      `,
    );
  }

  static override readonly styles = [
    base,
    panel,
    css`
      :host {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr));
        gap: 1rem;
      }
      article {
        display: grid;
        align-content: start;
        gap: 0.5rem;
        padding: 1rem 1.15rem;
        font-size: 0.9375rem;
      }
      ul {
        padding-left: 1.1rem;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-cache-methods': CacheMethods;
  }
}
