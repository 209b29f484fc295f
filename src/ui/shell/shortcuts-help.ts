import { LitElement, css, html } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { badIcon, keyboardIcon } from './icons.ts';
import { Shortcuts, shortcutsOfPage, type Shortcut } from './shortcuts.ts';
import { base } from './styles.ts';

/** The names of keys that have no letter. */
const KEY_NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
};

/** A button, and the key `?`, that open a list of the page's shortcuts. */
@customElement('tw-shortcuts-help')
export class ShortcutsHelp extends LitElement {
  /** The shortcuts at the time when the list was opened. */
  @state() private list: readonly Shortcut[] = [];

  constructor() {
    super();
    new Shortcuts(this, [{ keys: ['?'], does: 'Show this list', run: () => this.open() }]);
  }

  override render() {
    return html`
      <button
        class="open"
        type="button"
        title="Keyboard shortcuts (?)"
        aria-haspopup="dialog"
        @click=${this.open}
      >
        ${keyboardIcon}<span class="hidden-words">Keyboard shortcuts</span>
      </button>
      <dialog aria-labelledby="title" @click=${this.closeFromOutside}>
        <div class="content">
          <div class="head">
            <h2 id="title">Keyboard shortcuts</h2>
            <button type="button" title="Close" @click=${this.close}>
              ${badIcon}<span class="hidden-words">Close</span>
            </button>
          </div>
          <dl>
            ${this.list.map(
              ({ keys, does }) => html`
                <div>
                  <dt>${keys.map((key) => html`<span>${keyCaps(key)}</span>`)}</dt>
                  <dd>${does}</dd>
                </div>
              `,
            )}
          </dl>
          <p class="small quiet">Where a field has the focus, letters are text: press Tab to leave it.</p>
        </div>
      </dialog>
    `;
  }

  private get dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  private open(): void {
    this.list = shortcutsOfPage().toReversed();
    if (this.dialog?.open === false) this.dialog.showModal();
  }

  private close(): void {
    this.dialog?.close();
  }

  /** Closes the dialog after a click on its backdrop: a click whose target is the dialog itself. */
  private closeFromOutside(event: Event): void {
    if (event.target === this.dialog) this.close();
  }

  static override readonly styles = [
    base,
    css`
      button {
        display: grid;
        place-items: center;
        width: 2rem;
        height: 1.95rem;
        padding: 0;
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-m);
        background: none;
        color: var(--wa-color-text-quiet);
        font: inherit;
        cursor: pointer;
      }
      button:hover {
        color: var(--wa-color-text-normal);
      }
      dialog {
        width: min(30rem, calc(100vw - 2rem));
        padding: 0;
        border: 1px solid var(--wa-color-surface-border);
        border-radius: var(--wa-border-radius-l);
        background: var(--wa-color-surface-default);
        color: var(--wa-color-text-normal);
        box-shadow: 0 1rem 3rem rgb(0 0 0 / 0.25);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.45);
      }
      .content {
        padding: 1.1rem 1.25rem 1.25rem;
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
      }
      dl {
        display: grid;
        margin-block: 0.75rem 1rem;
      }
      dl div {
        display: grid;
        grid-template-columns: 9rem 1fr;
        align-items: center;
        gap: 1rem;
        padding-block: 0.45rem;
        border-top: 1px solid var(--wa-color-surface-border);
      }
      dt {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      kbd {
        display: inline-block;
        min-width: 1.6rem;
        padding: 0.05rem 0.4rem;
        border: 1px solid var(--wa-color-surface-border);
        border-bottom-width: 2px;
        border-radius: var(--wa-border-radius-s);
        background: var(--wa-color-surface-lowered);
        font: 0.8125rem/1.5 var(--wa-font-family-code);
        text-align: center;
      }
    `,
  ];
}

const keyCaps = (key: string) =>
  key.split('+').map((part, index) => html`${index > 0 ? ' + ' : ''}<kbd>${KEY_NAMES[part] ?? part}</kbd>`);

declare global {
  interface HTMLElementTagNameMap {
    'tw-shortcuts-help': ShortcutsHelp;
  }
}
