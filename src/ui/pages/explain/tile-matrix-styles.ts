import { css } from 'lit';

export const matrixStyles = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  svg {
    display: block;
    width: 100%;
    height: auto;
    margin-inline: auto;
    --below: var(--wa-color-orange-60);
  }
  text {
    font-family: var(--wa-font-family-code);
    text-anchor: middle;
  }
  /* In units of the drawing, which is smaller than its cells on a narrow page. */
  .name {
    fill: var(--wa-color-text-quiet);
    font-size: 13px;
  }
  .own {
    fill: var(--wa-color-text-normal);
    font-weight: 700;
  }
  .ground {
    fill: transparent;
  }
  .edge {
    fill: none;
    stroke: var(--wa-color-surface-border);
  }
  .cell {
    fill: var(--wa-color-surface-lowered);
    transition: fill 0.2s;
  }
  .hidden {
    fill: none;
    stroke: var(--wa-color-surface-border);
    stroke-dasharray: 2 3;
  }
  .done .cell {
    fill: var(--wa-color-brand-fill-quiet);
  }
  .hatch {
    stroke: var(--wa-color-surface-border);
    stroke-width: 2.5;
  }
  .skipped .ground {
    fill: url(#hatch);
  }
  .tint {
    fill: var(--wa-color-brand-50);
  }
  .below {
    fill: var(--below);
  }
  .number {
    fill: var(--wa-color-text-normal);
    font-size: 11.5px;
    font-variant-numeric: tabular-nums;
  }
  .mark {
    fill: none;
    stroke: var(--wa-color-text-quiet);
    stroke-width: 1.5;
    pointer-events: none;
  }
  .outline {
    fill: none;
    stroke: var(--wa-color-brand-fill-loud);
    stroke-width: 3;
    pointer-events: none;
  }
  .ahead,
  .done,
  .current {
    cursor: pointer;
  }
  .ahead:hover .edge,
  .done:hover .edge {
    stroke: var(--wa-color-brand-fill-loud);
    stroke-width: 2;
  }
  .kept {
    fill: none;
    stroke: var(--wa-color-surface-border);
    transition: fill 0.2s;
  }
  .running {
    fill: var(--wa-color-brand-fill-quiet);
    stroke: var(--wa-color-brand-fill-loud);
  }
  .final {
    fill: var(--wa-color-brand-fill-loud);
    stroke: var(--wa-color-brand-fill-loud);
  }
  table {
    width: 100%;
    margin-top: 0.8rem;
    border-collapse: collapse;
    font: 0.8125rem/1.5 var(--wa-font-family-code);
  }
  caption {
    font-family: var(--wa-font-family-body);
    text-align: left;
  }
  th,
  td {
    padding: 0.1rem 0.3rem;
    text-align: right;
  }
  th {
    color: var(--wa-color-text-quiet);
    font-weight: 400;
  }
  /* Where numbers in the picture would be too small, the table shows. */
  @container (max-width: 26rem) {
    .name {
      font-size: 22px;
    }
    .number {
      display: none;
    }
    .numbers {
      position: static;
      width: auto;
      height: auto;
      clip-path: none;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .cell,
    .kept {
      transition: none;
    }
  }
`;
