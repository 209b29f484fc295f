/** The report's style sheet. It is light or dark as the reader's system asks for. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#ffffff, #14171c);
  --panel: light-dark(#f4f6f9, #1d2229);
  --line: light-dark(#dbe0e8, #333b46);
  --quiet: light-dark(#566072, #a3aebd);
  --good: light-dark(#00714f, #35cf9d);
  --bad: light-dark(#b4002d, #ff7d8f);
  --bad-fill: light-dark(#ffe9ed, #43131d);
  --limit: light-dark(#7a4d00, #f2b950);
  --limit-fill: light-dark(#fff3dc, #39290b);
  --chart-surface: var(--paper);
}
* { box-sizing: border-box; }
body {
  max-width: 76rem;
  margin: 0 auto;
  padding: 1.5rem 1rem 4rem;
  background: var(--paper);
  font: 16px/1.5 system-ui, sans-serif;
}
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 3rem 0 0; font-size: 1.35rem; }
h3 { margin: 2rem 0 0.5rem; font-size: 1.05rem; }
p { margin: 0.5rem 0; }
code { font: 0.92em ui-monospace, monospace; }
.quiet { color: var(--quiet); }
.callout { margin: 1rem 0; padding: 0.75rem 1rem; border-left: 4px solid; border-radius: 4px; }
.callout.limit { border-color: var(--limit); background: var(--limit-fill); }
.callout.bad { border-color: var(--bad); background: var(--bad-fill); }
.findings { padding-left: 1.2rem; }
.findings li { margin: 0.4rem 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: 1rem 1.5rem; margin-bottom: 1.25rem; }
.charts figure { margin: 0; min-width: 0; }
.charts svg { max-width: 100%; height: auto; }
details.more { margin-top: 0.75rem; }
details.more summary { cursor: pointer; }
.scroller { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.4rem 0.75rem; text-align: left; white-space: nowrap; }
thead th { background: var(--panel); color: var(--quiet); font-weight: 500; }
tbody th { font-weight: 500; }
.number { text-align: right; }
tbody.size tr:first-child > * { border-top: 1px solid var(--line); }
tbody th.variant, thead th.variant { position: sticky; left: 0; z-index: 1; }
tbody th.variant { background: var(--paper); }
tr.good .faster { color: var(--good); font-weight: 600; }
tr.good .slower { color: var(--bad); font-weight: 600; }
tbody tr.bad > td, tbody tr.bad > th.variant { background: var(--bad-fill); color: var(--bad); font-weight: 600; }
tr.limit > .instead { color: var(--limit); }
td.instead { white-space: normal; min-width: 18rem; }
dl.card { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); gap: 0.75rem 1.5rem; margin: 1rem 0; padding: 1rem; border-radius: 8px; background: var(--panel); }
dl.card dd { margin: 0; overflow-wrap: anywhere; }
dl.card .wide { grid-column: 1 / -1; }
dl.card dt { color: var(--quiet); font-size: 0.8125rem; }
dl.read dt { margin-top: 0.75rem; font-weight: 600; }
dl.read dd { margin: 0; max-width: 46rem; }
`;
