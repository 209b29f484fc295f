import { svg, html, type SVGTemplateResult } from 'lit';

// Drawn here and inlined: an icon library would fetch each one over the network.
const icon = (shape: SVGTemplateResult) => html`
  <svg
    viewBox="0 0 16 16"
    width="1em"
    height="1em"
    fill="none"
    stroke="currentColor"
    stroke-width="1.6"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${shape}
  </svg>
`;

export const runIcon = icon(svg`<path d="M5 3.2v9.6l7.6-4.8z" fill="currentColor" />`);
export const stopIcon = icon(svg`<rect x="4" y="4" width="8" height="8" rx="1" fill="currentColor" />`);
export const saveIcon = icon(svg`<path d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.2h10" />`);
export const openIcon = icon(svg`<path d="M8 10.2V2.7M4.8 5.7 8 2.5l3.2 3.2M3 13.2h10" />`);
export const linkIcon = icon(
  svg`<path d="M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 1 0-3.7-3.7l-.7.7M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.4 8.9a2.6 2.6 0 1 0 3.7 3.7l.7-.7" />`,
);
export const infoIcon = icon(svg`<circle cx="8" cy="8" r="6.2" /><path d="M8 7.4v3.4M8 5.1v.1" />`);
export const warningIcon = icon(svg`<path d="M8 2.2 14.5 13.4H1.5z" /><path d="M8 6.4v3.2M8 11.4v.1" />`);
export const goodIcon = icon(svg`<path d="m3.2 8.4 3.1 3.1 6.5-7" />`);
export const badIcon = icon(svg`<path d="m4 4 8 8M12 4l-8 8" />`);
export const keyboardIcon = icon(
  svg`<rect x="1.5" y="3.8" width="13" height="8.4" rx="1.4" /><path d="M4 6.6h.1M6.6 6.6h.1M9.3 6.6h.1M12 6.6h.1M5 9.6h6" />`,
);
export const firstIcon = icon(svg`<path d="M4 3.5v9M12 3.5 6.5 8l5.5 4.5" />`);
export const previousIcon = icon(svg`<path d="M10.2 3.5 4.7 8l5.5 4.5" />`);
export const nextIcon = icon(svg`<path d="M5.8 3.5 11.3 8l-5.5 4.5" />`);
export const lastIcon = icon(svg`<path d="M12 3.5v9M4 3.5 9.5 8 4 12.5" />`);
export const pauseIcon = icon(svg`<path d="M5.5 3.5v9M10.5 3.5v9" />`);
export const shuffleIcon = icon(
  svg`<path d="M2 4.5h2.5l6 7H14M2 11.5h2.5L6 9.8M9 6.2l1.5-1.7H14M12 2.5l2 2-2 2M12 9.5l2 2-2 2" />`,
);
export const copyIcon = icon(
  svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.2" /><path d="M3.8 10.5H3.2a.9.9 0 0 1-.9-.9V3.2c0-.5.4-.9.9-.9h6.4c.5 0 .9.4.9.9v.6" />`,
);
export const sunIcon = icon(
  svg`<circle cx="8" cy="8" r="3" /><path d="M8 1.2v1.4M8 13.4v1.4M1.2 8h1.4M13.4 8h1.4M3.2 3.2l1 1M11.8 11.8l1 1M3.2 12.8l1-1M11.8 4.2l1-1" />`,
);
export const moonIcon = icon(svg`<path d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z" />`);
export const systemIcon = icon(
  svg`<rect x="1.8" y="2.8" width="12.4" height="8.4" rx="1.2" /><path d="M5.6 13.8h4.8" />`,
);

/** Four tiles of a matrix, two of them at work. */
export const logo = html`
  <svg viewBox="0 0 24 24" width="24" height="24" fill="currentColor" aria-hidden="true">
    <rect x="2" y="2" width="9" height="9" rx="1.5" />
    <rect x="13" y="13" width="9" height="9" rx="1.5" />
    <rect x="13" y="2" width="9" height="9" rx="1.5" opacity="0.35" />
    <rect x="2" y="13" width="9" height="9" rx="1.5" opacity="0.35" />
  </svg>
`;
