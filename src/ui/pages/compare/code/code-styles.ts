import { css } from 'lit';

export const codeStyles = css`
  :host {
    --code-comment: light-dark(#5e6a78, #8b95a3);
    --code-keyword: light-dark(#8a2f7d, #e29ad4);
    --code-type: light-dark(#00629b, #6cc0f2);
    --code-number: light-dark(#9a4a00, #f0a860);
    --code-meta: light-dark(#6c5800, #dcc04f);
    --code-function: light-dark(#005f4a, #54cfa6);
    display: block;
    scroll-margin-top: 1rem;
  }
  section {
    overflow: hidden;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 1rem;
    padding: 0.75rem 1.15rem;
    border-bottom: 1px solid var(--wa-color-surface-border);
  }
  h2 {
    flex: 1 1 18rem;
    overflow-wrap: anywhere;
  }
  .tabs {
    display: flex;
  }
  .tabs button {
    padding: 0.25rem 0.7rem;
    border: 1px solid var(--wa-color-surface-border);
    border-left-width: 0;
    background: none;
    color: var(--wa-color-text-quiet);
    font: inherit;
    font-size: 0.8125rem;
    cursor: pointer;
  }
  .tabs button:first-child {
    border-left-width: 1px;
    border-radius: var(--wa-border-radius-m) 0 0 var(--wa-border-radius-m);
  }
  .tabs button:last-child {
    border-radius: 0 var(--wa-border-radius-m) var(--wa-border-radius-m) 0;
  }
  .tabs [aria-pressed='true'] {
    background: var(--wa-color-brand-fill-quiet);
    color: var(--wa-color-brand-on-normal);
  }
  .close {
    padding: 0.3rem;
    border: 0;
    background: none;
    color: var(--wa-color-text-quiet);
    cursor: pointer;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 0.75rem 1rem;
    padding: 0.75rem 1.15rem;
  }
  .tools label {
    display: grid;
    gap: 0.2rem;
    min-width: 0;
    max-width: 100%;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-left: auto;
  }
  tw-code-editor,
  tw-code-diff {
    height: min(34rem, 75vh);
    border-top: 1px solid var(--wa-color-surface-border);
    border-bottom: 1px solid var(--wa-color-surface-border);
  }
  .note {
    padding: 0.6rem 1.15rem;
  }
  .faults {
    display: grid;
    gap: 0.35rem;
    padding: 0.6rem 1.15rem;
    color: var(--bad);
    font-size: 0.875rem;
    list-style: none;
  }
  .faults button {
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    text-decoration: underline;
    cursor: pointer;
  }
  .good {
    color: var(--good);
  }
  .bad {
    color: var(--bad);
  }
`;
