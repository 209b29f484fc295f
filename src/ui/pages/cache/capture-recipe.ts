import { LitElement, css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { base, linkSummary } from '../../shell/styles.ts';

/** How to capture query, key and value from a model: the script of the document, loaded when somebody opens it. */
@customElement('tw-capture-recipe')
export class CaptureRecipe extends LitElement {
  @state() private script: string | undefined;

  override render() {
    const { script } = this;
    return html`
      <details @toggle=${() => void this.load()}>
        <summary class="small">How to capture them from a model</summary>
        <p class="small">
          Query and key after rotary positions: query [batch, heads, queries, dim], key and value [batch, KV
          heads, keys, dim]. With transformers in Python (<code>docs/capturing-a-cache.md</code> has more):
        </p>
        ${script === undefined ? nothing : html`<pre tabindex="0"><code>${script}</code></pre>`}
      </details>
    `;
  }

  private async load(): Promise<void> {
    const { default: text } = await import('../../../../docs/capturing-a-cache.md?raw');
    this.script = /```python\n([\s\S]*?)```/.exec(text)?.[1];
  }

  static override readonly styles = [
    base,
    linkSummary,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      pre {
        max-height: 20rem;
        margin: 0;
        overflow: auto;
        font-size: 0.75rem;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-capture-recipe': CaptureRecipe;
  }
}
