import './no-eval.ts';
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { logo } from './icons.ts';
import { base } from './styles.ts';
import './shortcuts-help.ts';
import './theme-switch.ts';

/** Header, navigation, theme and footer around a page's content. The links of the navigation are in the slot `pages`. */
@customElement('tw-page')
export class Page extends LitElement {
  /** The way from this page to the site's root: `./` or `../../`. */
  @property() root = './';

  override render() {
    return html`
      <a class="skip" href="#content" @click=${this.skip}>Skip to content</a>
      <header>
        <div class="bar">
          <a class="home" href=${this.root} aria-current=${this.root === './' ? 'page' : 'false'}>
            ${logo}<span>Tilewise</span>
          </a>
          <nav aria-label="Pages"><slot name="pages"></slot></nav>
          <tw-shortcuts-help></tw-shortcuts-help>
          <tw-theme-switch></tw-theme-switch>
        </div>
      </header>
      <main id="content" tabindex="-1"><slot></slot></main>
      <footer>
        <p>
          Everything runs in this browser, on this machine. Nothing is sent anywhere, and nothing is fetched
          from anywhere but this site.
        </p>
      </footer>
    `;
  }

  /** On a phone the links are one line that scrolls: it begins with this page's in sight. */
  protected override firstUpdated(): void {
    const nav = this.renderRoot.querySelector('nav');
    const link = this.querySelector<HTMLElement>('[slot="pages"][aria-current="page"]');
    if (nav && link) nav.scrollLeft = link.offsetLeft + link.offsetWidth / 2 - nav.clientWidth / 2;
  }

  /** A fragment does not reach into a shadow root. */
  private skip(event: Event): void {
    event.preventDefault();
    this.renderRoot.querySelector<HTMLElement>('main')?.focus();
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 100vh;
      }
      .skip {
        position: absolute;
        z-index: 2;
        inset: 0.5rem auto auto 0.5rem;
        padding: 0.4rem 0.8rem;
        background: var(--wa-color-surface-default);
        border-radius: var(--wa-border-radius-m);
      }
      .skip:not(:focus) {
        clip-path: inset(50%);
      }
      header {
        background: var(--wa-color-surface-default);
        border-bottom: 1px solid var(--wa-color-surface-border);
      }
      .bar,
      main,
      footer {
        width: 100%;
        max-width: 84rem;
        margin-inline: auto;
        padding-inline: clamp(1rem, 3vw, 2rem);
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 0.75rem;
        min-height: 3.25rem;
      }
      .home {
        display: flex;
        align-items: center;
        gap: 0.55rem;
        padding-block: 0.5rem;
        color: inherit;
        font-weight: 650;
        letter-spacing: -0.02em;
        text-decoration: none;
      }
      .home svg {
        color: var(--wa-color-brand-fill-loud);
      }
      nav {
        display: flex;
        gap: 0.25rem;
        margin-inline: 0.75rem auto;
      }
      ::slotted(a) {
        white-space: nowrap;
        padding: 0.9rem 0.6rem 0.8rem;
        border-bottom: 2px solid transparent;
        color: var(--wa-color-text-quiet);
        font-size: 0.9375rem;
        text-decoration: none;
      }
      ::slotted(a:hover) {
        color: var(--wa-color-text-normal);
      }
      ::slotted(a:focus-visible) {
        outline: var(--wa-focus-ring);
        outline-offset: var(--wa-focus-ring-offset);
        border-radius: var(--wa-border-radius-s);
      }
      ::slotted(a[aria-current='page']) {
        border-color: var(--wa-color-brand-fill-loud);
        color: var(--wa-color-text-normal);
      }
      main {
        flex: 1;
        padding-block: clamp(1.25rem, 3vw, 2.25rem) 3rem;
      }
      main:focus {
        outline: none;
      }
      footer {
        padding-block: 1.25rem;
        color: var(--wa-color-text-quiet);
        font-size: 0.8125rem;
      }
      @media (max-width: 34rem) {
        nav {
          order: 1;
          width: 100%;
          margin-left: 0;
          gap: 0;
          overflow-x: auto;
        }
        ::slotted(a) {
          padding: 0.4rem 0.25rem 0.6rem;
          font-size: 0.8125rem;
        }
        ::slotted(a:first-child) {
          padding-left: 0;
        }
        tw-shortcuts-help {
          margin-left: auto;
        }
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-page': Page;
  }
}
