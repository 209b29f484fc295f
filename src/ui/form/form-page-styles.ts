import { css } from 'lit';

/** Form beside outcome; one above the other where there is no room. */
export const benchStyles = css`
  :host {
    display: block;
  }
  wa-callout,
  tw-no-webgpu {
    margin-bottom: 1rem;
  }
  .layout {
    display: grid;
    grid-template-columns: 20.5rem minmax(0, 1fr);
    align-items: start;
    gap: 1.25rem;
  }
  .outcome {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.75rem;
  }
  wa-callout::part(icon) {
    align-self: start;
    padding-top: 0.15rem;
  }
  .outcome > wa-callout {
    margin: 0;
  }
  .outcome {
    scroll-margin-top: 1rem;
  }
  fieldset {
    min-width: 0;
    margin: 0;
    padding: 1rem 1.15rem 1.15rem;
    border: 0;
  }
  fieldset + fieldset,
  .go {
    border-top: 1px solid var(--wa-color-surface-border);
  }
  legend {
    float: left;
    width: 100%;
    margin-bottom: 0.75rem;
    padding: 0;
    font-size: 1.0625rem;
    font-weight: 650;
    letter-spacing: -0.015em;
  }
  legend + * {
    clear: both;
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 0.85rem 0.75rem;
  }
  .fields > * {
    min-width: 0;
  }
  .wide {
    grid-column: 1 / -1;
  }
  wa-input::part(hint),
  wa-select::part(hint),
  wa-checkbox::part(hint) {
    font-size: 0.8125rem;
    line-height: 1.35;
  }
  .label {
    font-size: var(--wa-font-size-s);
    font-weight: var(--wa-form-control-label-font-weight);
    line-height: 1.2;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 0.3rem;
    margin-top: 0.5rem;
  }
  .chips button {
    padding: 0.15rem 0.55rem;
    border: 1px solid var(--wa-color-surface-border);
    border-radius: 99px;
    background: none;
    color: var(--wa-color-text-quiet);
    font: inherit;
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
    cursor: pointer;
  }
  .chips button:hover {
    border-color: var(--wa-form-control-border-color);
    color: var(--wa-color-text-normal);
  }
  .chips [aria-pressed='true'] {
    border-color: var(--wa-color-brand-border-loud);
    background: var(--wa-color-brand-fill-quiet);
    color: var(--wa-color-brand-on-normal);
  }
  .chips button:focus-visible {
    border-radius: 99px;
  }
  .error {
    color: var(--bad);
  }
  wa-input.invalid {
    --wa-form-control-border-color: var(--bad);
  }
  [name='yardstick'] {
    margin-top: 0.7rem;
  }
  .cost {
    margin-top: 0.7rem;
  }
  .go {
    position: sticky;
    z-index: 1;
    bottom: 0;
    padding: 0.85rem 1.15rem;
    border-radius: 0 0 var(--wa-border-radius-l) var(--wa-border-radius-l);
    background: var(--wa-color-surface-default);
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .go wa-button[type='submit'] {
    flex: 1;
  }
  tw-progress {
    position: sticky;
    z-index: 1;
    top: 0.5rem;
    padding: 0.9rem 1.15rem;
  }
  .empty {
    padding: clamp(1.5rem, 5vw, 3rem) 1.25rem;
  }
  .empty p {
    max-width: 60ch;
    margin-block: 0.5rem 1rem;
  }
  .read summary {
    padding: 0.8rem 1.15rem;
    font-weight: 650;
    cursor: pointer;
  }
  .read dl {
    display: grid;
    grid-template-columns: 9rem minmax(0, 70ch);
    gap: 0.6rem 1rem;
    padding: 0 1.15rem 1.15rem;
    font-size: 0.9375rem;
  }
  .read dt {
    color: var(--wa-color-text-quiet);
  }
  @media (max-width: 60rem) {
    .layout {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  @media (max-width: 34rem) {
    .read dl {
      grid-template-columns: minmax(0, 1fr);
      gap: 0.1rem;
    }
    .read dd {
      margin-bottom: 0.7rem;
    }
  }
`;
