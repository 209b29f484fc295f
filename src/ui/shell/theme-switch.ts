import { LitElement, css, html } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { moonIcon, sunIcon, systemIcon } from './icons.ts';
import { base } from './styles.ts';

const THEMES = [
  { id: 'system', label: 'System', icon: systemIcon },
  { id: 'light', label: 'Light', icon: sunIcon },
  { id: 'dark', label: 'Dark', icon: moonIcon },
] as const;
type Theme = (typeof THEMES)[number]['id'];

const KEY = 'tilewise-theme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** Light, dark, or as the system says. Remembered; `public/theme.js` applies it before the first paint. */
@customElement('tw-theme-switch')
export class ThemeSwitch extends LitElement {
  @state() private theme: Theme = remembered();

  override connectedCallback(): void {
    super.connectedCallback();
    systemIsDark.addEventListener('change', this.apply);
  }

  override disconnectedCallback(): void {
    systemIsDark.removeEventListener('change', this.apply);
    super.disconnectedCallback();
  }

  override render() {
    return html`
      <fieldset>
        <legend class="hidden-words">Theme</legend>
        ${THEMES.map(
          ({ id, label, icon }) => html`
            <label title=${`${label} theme`}>
              <input
                type="radio"
                name="theme"
                .checked=${this.theme === id}
                @change=${() => {
                  this.choose(id);
                }}
              />
              ${icon}<span class="hidden-words">${label}</span>
            </label>
          `,
        )}
      </fieldset>
    `;
  }

  private choose(theme: Theme): void {
    this.theme = theme;
    this.apply();
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Storage may be forbidden: the choice then lasts as long as the page.
    }
  }

  private readonly apply = (): void => {
    const dark = this.theme === 'dark' || (this.theme === 'system' && systemIsDark.matches);
    document.documentElement.classList.toggle('wa-dark', dark);
  };

  static override readonly styles = [
    base,
    css`
      fieldset {
        display: flex;
        gap: 2px;
        margin: 0;
        padding: 2px;
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
      }
      label {
        position: relative;
        display: grid;
        place-items: center;
        width: 1.75rem;
        height: 1.6rem;
        border-radius: var(--wa-border-radius-s);
        color: var(--wa-color-text-quiet);
        cursor: pointer;
      }
      input {
        position: absolute;
        inset: 0;
        margin: 0;
        opacity: 0;
        cursor: pointer;
      }
      label:hover {
        color: var(--wa-color-text-normal);
      }
      label:has(:checked) {
        background: var(--wa-color-surface-lowered);
        color: var(--wa-color-text-normal);
      }
      label:has(:focus-visible) {
        outline: var(--wa-focus-ring);
        outline-offset: 1px;
      }
    `,
  ];
}

function remembered(): Theme {
  try {
    const saved = localStorage.getItem(KEY);
    return saved === 'light' || saved === 'dark' ? saved : 'system';
  } catch {
    return 'system';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-theme-switch': ThemeSwitch;
  }
}
