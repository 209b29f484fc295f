import { css } from 'lit';

/** A panel that stays out of the way until files come. */
export const ownStyles = css`
  :host {
    display: block;
    scroll-margin: 1rem;
  }
  .hovering {
    outline: 2px dashed var(--wa-color-brand-border-loud);
    outline-offset: -2px;
  }
  summary {
    padding: 0.8rem 1.15rem;
    cursor: pointer;
  }
  summary h2 {
    display: inline;
    margin-right: 0.5rem;
  }
  .content {
    display: grid;
    gap: 0.8rem;
    padding: 0 1.15rem 1.15rem;
  }
  .content > p {
    max-width: 72ch;
    overflow-wrap: anywhere;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 0.75rem;
  }
  .roles {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr));
    gap: 0.7rem 0.9rem;
    padding-top: 0.8rem;
    border-top: 1px solid var(--wa-color-surface-border);
  }
  label {
    display: grid;
    gap: 0.2rem;
    min-width: 0;
  }
  select {
    width: 100%;
    padding: 0.4rem 0.5rem;
    border: 1px solid var(--wa-form-control-border-color);
    border-radius: var(--wa-border-radius-m);
    background: var(--wa-form-control-background-color);
    color: inherit;
    font: inherit;
    font-size: 0.875rem;
  }
  select:focus-visible {
    outline: var(--wa-focus-ring);
  }
  .problem {
    color: var(--bad);
  }
`;
