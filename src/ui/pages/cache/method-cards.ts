import { LitElement, css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { CacheMethod } from '../../../operations/kv-cache/method.ts';
import { base, panel } from '../../shell/styles.ts';

/** The files of the methods, as text, each loaded when somebody opens it. */
const FILES = import.meta.glob<string>('../../../operations/kv-cache/methods/*.ts', {
  query: '?raw',
  import: 'default',
});

/** Methods with different numbers of bits are one file. */
const fileOf = (id: string): string => `${id.replace(/-\d$/, '')}.ts`;

/** A card for each method: its idea, formula and code, who published it, and its parameters. */
@customElement('tw-cache-methods')
export class CacheMethods extends LitElement {
  @property({ attribute: false }) methods: readonly CacheMethod[] = [];
  @state() private sources: ReadonlyMap<string, string> = new Map();

  override render() {
    return this.methods.map(
      ({ id, kind, title, idea, formula, source, params }) => html`
        <article class="panel">
          <h3>${title} <code class="quiet">${id}</code></h3>
          <p>${idea}</p>
          <p class="formula">${formula}</p>
          <p class="small quiet">${kind === 'format' ? 'Format' : 'Selection'}. ${source}.</p>
          <ul class="small quiet">
            ${params.map(({ name, about, initial }) => html`<li><code>${name}</code> ${about}: ${initial}</li>`)}
          </ul>
          <details @toggle=${() => void this.load(id)}>
            <summary class="small">Code: ${fileOf(id)}</summary>
            <pre tabindex="0"><code>${this.sources.get(id) ?? 'Loading …'}</code></pre>
          </details>
        </article>
      `,
    );
  }

  private async load(id: string): Promise<void> {
    if (this.sources.has(id)) return;
    const text = await FILES[`../../../operations/kv-cache/methods/${fileOf(id)}`]?.();
    if (text !== undefined) this.sources = new Map([...this.sources, [id, text]]);
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
        grid-template-columns: minmax(0, 1fr);
        align-content: start;
        gap: 0.5rem;
        padding: 1rem 1.15rem;
        font-size: 0.9375rem;
      }
      ul {
        padding-left: 1.1rem;
      }
      .formula {
        font-family: var(--wa-font-family-code);
        font-size: 0.8125rem;
        overflow-wrap: anywhere;
      }
      summary {
        cursor: pointer;
        min-height: 1.75rem;
      }
      pre {
        max-height: 24rem;
        margin: 0;
        overflow: auto;
        font-size: 0.75rem;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-cache-methods': CacheMethods;
  }
}
