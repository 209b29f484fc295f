import { css } from 'lit';

/** The matrix beside the code that is at work on it; one below the other where there is no room. Nothing lies over the matrix. */
export const explainStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1rem;
  }
  .panel {
    min-width: 0;
    padding: 1rem 1.15rem 1.15rem;
  }
  .problem {
    display: flex;
    flex-wrap: wrap;
    gap: 0.9rem 1.5rem;
  }
  .fields {
    display: grid;
    flex: 1 1 30rem;
    grid-template-columns: repeat(auto-fit, minmax(4.7rem, 1fr));
    gap: 0.75rem;
  }
  .fields > * {
    align-self: end;
    min-width: 0;
  }
  .fields wa-button {
    place-self: end start;
  }
  .broad {
    grid-column: span 2;
  }
  .error {
    color: var(--bad);
  }
  wa-input.invalid {
    --wa-form-control-border-color: var(--bad);
  }
  .stage {
    display: grid;
    grid-template:
      'controls controls' auto 'matrix say' auto 'matrix code' 1fr 'kept traffic' auto 'kept gpu' 1fr
      / minmax(0, 1.15fr) minmax(0, 1fr);
    gap: 1rem;
  }
  .matrix {
    grid-area: matrix;
  }
  .kept {
    grid-area: kept;
  }
  /* As high as the matrix leaves room for. */
  .code {
    grid-area: code;
    height: 0;
    min-height: 100%;
    overflow: auto;
  }
  .traffic {
    grid-area: traffic;
  }
  .gpu {
    grid-area: gpu;
  }
  tw-step-controls {
    grid-area: controls;
  }
  .say {
    grid-area: say;
    min-height: 11.5rem;
  }
  .say h2 {
    font-size: 1.3125rem;
  }
  .formula {
    margin-block: 0.45rem;
    color: var(--wa-color-brand-on-quiet);
    font-family: var(--wa-font-family-code);
    font-size: 0.9375rem;
  }
  .words {
    max-width: 80ch;
    text-wrap: pretty;
  }
  tw-state-table + tw-state-table {
    margin-top: 1.1rem;
  }
  .code h3 {
    margin-bottom: 0.6rem;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 0.3rem 1.1rem;
    margin-top: 0.9rem;
    padding: 0;
    color: var(--wa-color-text-quiet);
    list-style: none;
  }
  .legend li::before {
    content: '';
    display: inline-block;
    width: 0.85em;
    height: 0.85em;
    margin-right: 0.45em;
    border: 1px solid var(--wa-color-surface-border);
    border-radius: 3px;
    vertical-align: -0.08em;
  }
  .legend .now::before {
    border: 2px solid var(--wa-color-brand-fill-loud);
  }
  .legend .done::before {
    background: var(--wa-color-brand-fill-quiet);
  }
  .legend .skipped::before {
    background: repeating-linear-gradient(45deg, var(--wa-color-surface-border) 0 2px, transparent 2px 5px);
  }
  .legend .kept::before {
    border-color: var(--wa-color-brand-fill-loud);
    background: var(--wa-color-brand-fill-loud);
  }
  tw-step-controls.panel {
    padding: 0.5rem 1rem;
  }
  @media (max-width: 60rem) {
    .stage {
      grid-template: 'say' 'matrix' 'controls' 'code' 'kept' 'traffic' 'gpu' / minmax(0, 1fr);
    }
    .code {
      height: auto;
    }
  }
  @media (max-width: 34rem) {
    .panel {
      padding-inline: 0.8rem;
    }
    .say {
      min-height: 12.5rem;
    }
  }
`;
