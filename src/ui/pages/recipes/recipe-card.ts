import '@awesome.me/webawesome/dist/components/button/button.js';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Recipe } from '../../../recipes/loss-recipes/recipe.ts';
import { copyIcon } from '../../shell/icons.ts';
import { base, panel } from '../../shell/styles.ts';

/** A recipe: its idea, formula and source, and the call to copy. */
@customElement('tw-recipe-card')
export class RecipeCard extends LitElement {
  @property({ attribute: false }) recipe: Recipe | undefined;
  @state() private said = '';

  override render() {
    if (this.recipe === undefined) return nothing;
    const { id, title, idea, formula, source, link, call } = this.recipe;
    return html`
      <article class="panel">
        <h2>${title} <code class="quiet">${id}</code></h2>
        <p>${idea}</p>
        <p class="formula mono">${formula}</p>
        <p class="small quiet">${source}. <a href=${link} rel="noreferrer">The paper</a></p>
        <div class="head">
          <h3>The call</h3>
          <span class="small quiet" role="status">${this.said}</span>
          <wa-button data-action="copy" size="s" appearance="outlined" @click=${() => this.copy(call)}>
            <span slot="start">${copyIcon}</span>Copy
          </wa-button>
        </div>
        <pre tabindex="0" role="region" aria-label="The call, scrollable"><code>${call}</code></pre>
      </article>
    `;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('recipe')) this.said = '';
  }

  private async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.said = 'Copied.';
    } catch {
      this.said = 'The browser did not let this page copy.';
    }
  }

  static override readonly styles = [
    base,
    panel,
    css`
      article {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.6rem;
        padding: 1.1rem 1.25rem;
      }
      .formula {
        overflow-wrap: anywhere;
      }
      .head {
        display: flex;
        align-items: center;
        gap: 0.75rem;
      }
      .head span {
        margin-left: auto;
      }
      pre {
        overflow-x: auto;
        margin: 0;
        padding: 0.75rem 0.9rem;
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-surface-lowered);
        font-size: 0.8125rem;
        line-height: 1.5;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-recipe-card': RecipeCard;
  }
}
