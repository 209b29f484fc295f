import { css } from 'lit';

/** A slider above a table with a bar in each row. */
export const wallStyles = css`
  :host {
    display: block;
    min-width: 0;
  }
  .panel {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.8rem;
    padding: 1.1rem 1.25rem;
  }
  section > p {
    max-width: 80ch;
    font-size: 0.9375rem;
  }
  label {
    display: grid;
    gap: 0.35rem;
    font-size: 0.875rem;
    font-variant-numeric: tabular-nums;
  }
  input {
    width: 100%;
    margin: 0;
    accent-color: var(--wa-color-brand-fill-loud);
    cursor: pointer;
  }
  input:focus-visible {
    outline: var(--wa-focus-ring);
    outline-offset: var(--wa-focus-ring-offset);
  }
  .scroller {
    overflow-x: auto;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.875rem;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 0.45rem 0.75rem 0.45rem 0;
    text-align: left;
    vertical-align: baseline;
    white-space: nowrap;
  }
  thead th {
    color: var(--wa-color-text-quiet);
    font-size: 0.8125rem;
    font-weight: 500;
  }
  tbody tr {
    border-top: 1px solid var(--wa-color-surface-border);
  }
  tbody th {
    font-weight: 500;
  }
  td:last-child {
    width: 40%;
    min-width: 15rem;
  }
  .swatch {
    display: inline-block;
    width: 0.6rem;
    height: 0.6rem;
    margin-right: 0.5rem;
    border-radius: 2px;
  }
  .bar {
    display: block;
    height: 0.45rem;
    border-radius: 99px;
    background: var(--wa-color-surface-lowered);
    overflow: hidden;
  }
  .bar > span {
    display: block;
    min-width: 2px;
    height: 100%;
  }
  .figure {
    display: block;
    margin-top: 0.2rem;
    color: var(--wa-color-text-quiet);
    font-size: 0.8125rem;
  }
  .over .bar {
    outline: 1px solid var(--bad);
  }
  .over .bar > span {
    background: var(--bad) !important;
  }
  .over strong {
    color: var(--bad);
  }
`;
