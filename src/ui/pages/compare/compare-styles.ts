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
  tw-compare-code,
  .below {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.75rem;
    margin-top: 1.25rem;
  }
`;
