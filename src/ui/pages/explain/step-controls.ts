import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { firstIcon, lastIcon, nextIcon, pauseIcon, previousIcon, runIcon } from '../../shell/icons.ts';
import { Shortcuts } from '../../shell/shortcuts.ts';
import { base } from '../../shell/styles.ts';

/** The time of a step while playing: long enough to read its title. */
const PLAY_MS = 1200;

/** Buttons, slider and keys that walk through steps. Tells of a new one with `step-change`. */
@customElement('tw-step-controls')
export class StepControls extends LitElement {
  /** The step, from 0 up to `steps`. */
  @property({ type: Number }) step = 0;
  @property({ type: Number }) steps = 1;
  @state() private timer: number | undefined;

  constructor() {
    super();
    const to = (step: () => number) => () => this.jump(step());
    new Shortcuts(this, [
      { keys: ['p'], does: 'Play, or pause', run: () => this.toggle() },
      { keys: ['End'], does: 'Last step', run: to(() => this.steps - 1) },
      { keys: ['Home'], does: 'First step', run: to(() => 0) },
      { keys: ['ArrowLeft'], does: 'Step back', run: to(() => this.step - 1) },
      { keys: ['Space', 'ArrowRight'], does: 'Next step', run: to(() => this.step + 1) },
    ]);
  }

  override disconnectedCallback(): void {
    this.stop();
    super.disconnectedCallback();
  }

  override render() {
    const { step, steps, timer } = this;
    const atEnd = step >= steps - 1;
    return html`
      <div class="buttons" role="group" aria-label="Steps">
        ${this.button('first', 'First step (Home)', firstIcon, step === 0, () => this.jump(0))}
        ${this.button('previous', 'Step back (←)', previousIcon, step === 0, () => this.jump(step - 1))}
        ${
          timer === undefined
            ? this.button('play', 'Play (p)', runIcon, atEnd, () => this.toggle())
            : this.button('play', 'Pause (p)', pauseIcon, false, () => this.toggle())
        }
        ${this.button('next', 'Next step (Space or →)', nextIcon, atEnd, () => this.jump(step + 1))}
        ${this.button('last', 'Last step (End)', lastIcon, atEnd, () => this.jump(steps - 1))}
      </div>
      <input
        type="range"
        min="1"
        max=${steps}
        aria-label="Step"
        aria-valuetext="Step ${step + 1} of ${steps}"
        .value=${live(String(step + 1))}
        @input=${(event: Event) => this.slide(event)}
      />
      <output>${step + 1} <span class="quiet">of ${steps}</span></output>
    `;
  }

  private button(
    name: string,
    label: string,
    icon: TemplateResult,
    disabled: boolean,
    act: () => void,
  ): TemplateResult {
    return html`
      <button type="button" data-action=${name} title=${label} ?disabled=${disabled} @click=${act}>
        ${icon}<span class="hidden-words">${label}</span>
      </button>
    `;
  }

  private slide({ currentTarget }: Event): void {
    if (currentTarget instanceof HTMLInputElement) this.jump(Number(currentTarget.value) - 1);
  }

  private jump(step: number): void {
    this.stop();
    this.go(step);
  }

  private go(step: number): void {
    const inRange = Math.max(0, Math.min(this.steps - 1, step));
    if (inRange === this.step) return;
    this.dispatchEvent(new CustomEvent<number>('step-change', { detail: inRange }));
  }

  private toggle(): void {
    if (this.timer !== undefined) {
      this.stop();
      return;
    }
    this.timer = window.setInterval(() => {
      this.go(this.step + 1);
      if (this.step >= this.steps - 1) this.stop();
    }, PLAY_MS);
  }

  private stop(): void {
    window.clearInterval(this.timer);
    this.timer = undefined;
  }

  static override readonly styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 1rem;
      }
      .buttons {
        display: flex;
        gap: 0.3rem;
      }
      button {
        display: grid;
        place-items: center;
        width: 2.5rem;
        height: 2.25rem;
        padding: 0;
        border: 1px solid var(--wa-form-control-border-color);
        border-radius: var(--wa-border-radius-m);
        background: var(--wa-color-surface-default);
        color: inherit;
        font: inherit;
        cursor: pointer;
      }
      button:hover:not(:disabled) {
        background: var(--wa-color-surface-lowered);
      }
      button:disabled {
        opacity: 0.4;
        cursor: default;
      }
      [data-action='next'] {
        width: 3.5rem;
        border-color: transparent;
        background: var(--wa-color-brand-fill-loud);
        color: var(--wa-color-brand-on-loud);
      }
      [data-action='next']:hover:not(:disabled) {
        background: var(--wa-color-brand-40);
      }
      input {
        flex: 1 1 12rem;
        min-width: 0;
        accent-color: var(--slider);
      }
      input:focus-visible {
        outline: var(--wa-focus-ring);
        outline-offset: 4px;
        border-radius: 4px;
      }
      output {
        min-width: 5.2rem;
        font-variant-numeric: tabular-nums;
        text-align: right;
      }
      @media (max-width: 34rem) {
        input {
          flex-basis: 8rem;
        }
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'tw-step-controls': StepControls;
  }
}
