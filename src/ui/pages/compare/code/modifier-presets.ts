import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { messageOf } from '../../../../core/errors.ts';
import type { ModifierPreset } from '../../../../core/modifiers.ts';
import { valueOf } from '../../../form/form-fields.ts';
import { base, denseControls } from '../../../shell/styles.ts';
import type { Pane } from '../setup.ts';

/** Well-known modifiers to begin with: they have a float64 reference, so what they make is checked. */
@customElement('tw-modifier-presets')
export class ModifierPresets extends LitElement {
  @property({ attribute: false }) presets: readonly ModifierPreset[] = [];
  @property({ type: Boolean }) disabled = false;
  @state() private chosen = '';
  @state() private params = '';
  @state() private problem: string | undefined;

  override render() {
    const preset = this.presets.find(({ id }) => id === this.chosen);
    return html`
      <label class="small">
        Modifier preset
        <select
          name="preset"
          ?disabled=${this.disabled}
          @change=${(event: Event) => {
            this.choose(valueOf(event));
          }}
        >
          <option value="">none</option>
          ${this.presets.map(({ id, title }) => html`<option value=${id} ?selected=${id === this.chosen}>${title}</option>`)}
        </select>
      </label>
      ${
        preset === undefined
          ? nothing
          : html`
              <label class="small">
                Its parameters
                <input
                  name="preset-params"
                  spellcheck="false"
                  .value=${this.params}
                  @change=${(event: Event) => {
                    this.params = valueOf(event);
                    this.apply();
                  }}
                />
              </label>
              <p class="small quiet">${preset.idea}</p>
            `
      }
      ${this.problem === undefined ? nothing : html`<p class="small bad" role="alert">${this.problem}</p>`}
    `;
  }

  private choose(id: string): void {
    this.chosen = id;
    const preset = this.presets.find((one) => one.id === id);
    this.params = JSON.stringify(preset?.example ?? {});
    this.apply();
  }

  private apply(): void {
    const preset = this.presets.find(({ id }) => id === this.chosen);
    try {
      const modifiers = preset?.modifiers(JSON.parse(this.params) as object) ?? {};
      this.problem = undefined;
      this.dispatchEvent(new CustomEvent<Pane['modifiers']>('modifiers', { detail: modifiers }));
    } catch (error) {
      this.problem = messageOf(error);
    }
  }

  static override readonly styles = [
    base,
    denseControls,
    css`
      :host {
        display: grid;
        gap: 0.5rem;
      }
      label {
        display: grid;
        gap: 0.2rem;
      }
      input {
        font-family: var(--wa-font-family-code);
      }
      .bad {
        color: var(--bad);
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-modifier-presets': ModifierPresets;
  }
}
