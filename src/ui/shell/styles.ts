import { css } from 'lit';

/** Styles that every element of the pages shares: text, links, code, quiet words, hidden words. */
export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure {
    margin: 0;
  }
  h1,
  h2,
  h3 {
    line-height: 1.2;
    letter-spacing: -0.015em;
    text-wrap: balance;
  }
  h1 {
    font-size: clamp(1.6rem, 1.2rem + 1.6vw, 2.1rem);
    letter-spacing: -0.025em;
  }
  h2 {
    font-size: 1.0625rem;
  }
  h3 {
    font-size: 0.9375rem;
  }
  a {
    color: var(--wa-color-text-link);
    text-underline-offset: 0.2em;
    text-decoration-thickness: 1px;
  }
  a:focus-visible,
  button:focus-visible,
  summary:focus-visible,
  [tabindex]:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: var(--wa-focus-ring-offset);
    border-radius: var(--wa-border-radius-s);
  }
  code,
  pre,
  .mono {
    font-family: var(--wa-font-family-code);
    font-size: 0.92em;
  }
  .quiet {
    color: var(--wa-color-text-quiet);
  }
  .small {
    font-size: 0.8125rem;
    line-height: 1.45;
  }
  .hidden-words {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** A surface that stands off the page's background. */
export const panel = css`
  .panel {
    background: var(--wa-color-surface-default);
    border: 1px solid var(--wa-color-surface-border);
    border-radius: var(--wa-border-radius-l);
  }
`;

/** A plain table of figures, in a `.scroller` where it may be wider than its place. */
export const figures = css`
  .scroller {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    font-size: 0.875rem;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 0.35rem 0.75rem;
    text-align: right;
    white-space: nowrap;
  }
  th {
    color: var(--wa-color-text-quiet);
    font-weight: 500;
  }
  tbody tr {
    border-top: 1px solid var(--wa-color-surface-border);
  }
`;

/** A button that reads like a link. */
export const plainButton = css`
  .plain {
    padding: 0;
    border: 0;
    background: none;
    color: var(--wa-color-text-link);
    font: inherit;
    font-size: 0.8125rem;
    text-decoration: underline;
    text-underline-offset: 0.2em;
    cursor: pointer;
  }
`;

/** A table of figures that scrolls sideways by itself, with small print under a figure. */
export const figureTable = css`
  .scroller {
    overflow-x: auto;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.875rem;
    line-height: 1.35;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    text-align: left;
    vertical-align: top;
  }
  th {
    font-weight: 500;
  }
  tbody tr {
    border-top: 1px solid var(--wa-color-surface-border);
  }
  .detail {
    display: block;
    color: var(--wa-color-text-quiet);
    font-size: 0.75rem;
    font-weight: 400;
  }
  .swatch {
    display: inline-block;
    width: 0.6rem;
    height: 0.6rem;
    margin-right: 0.5rem;
    border-radius: 2px;
  }
`;

/** The browser's own select and input, in the look of the others: for places that are dense with them. */
export const denseControls = css`
  select,
  input {
    min-width: 0;
    max-width: 100%;
    padding: 0.25rem 0.3rem;
    border: 1px solid var(--wa-form-control-border-color);
    border-radius: var(--wa-border-radius-s);
    background: var(--wa-form-control-background-color);
    color: inherit;
    font: inherit;
  }
  select:focus-visible,
  input:focus-visible {
    outline: var(--wa-focus-ring);
  }
`;

/** Style of a `summary`, which opens its `details`: as a link. */
export const linkSummary = css`
  summary {
    width: fit-content;
    color: var(--wa-color-text-link);
    cursor: pointer;
  }
`;
