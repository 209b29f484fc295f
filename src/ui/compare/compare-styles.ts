import { css } from 'lit';

export const compareStyles = css`
  .panes {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr));
    gap: 0.75rem;
  }
  wa-callout .buttons {
    margin-top: 0.6rem;
  }
  .differences,
  .samples {
    padding: 0.9rem 1.15rem 1rem;
  }
  .differences h2,
  .samples h2 {
    margin-bottom: 0.5rem;
  }
  .heading {
    padding: 0.9rem 1.15rem 0.4rem;
  }
  .scroller {
    overflow-x: auto;
  }
  .differences table {
    border-collapse: collapse;
    font-size: 0.875rem;
  }
  .differences th,
  .differences td {
    padding: 0.2rem 1.5rem 0.2rem 0;
    font-weight: 400;
    text-align: left;
    vertical-align: top;
  }
  .differences th[scope='col'] {
    font-weight: 600;
  }
  .differences th[scope='row'] {
    color: var(--wa-color-text-quiet);
  }
  .device,
  tw-compare-code {
    display: block;
    margin-top: 1.25rem;
  }
`;
