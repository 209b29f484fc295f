import type { SymbolName } from '@observablehq/plot';

/** The line and mark of one variant: colour, symbol and dash all tell it apart, so none has to alone. */
export interface SeriesStyle {
  readonly color: string;
  readonly symbol: SymbolName;
  readonly dash: string;
}

/** Pages may set these properties; the fallbacks follow `color-scheme`. */
export const ink = {
  bad: 'var(--chart-bad, light-dark(#b4002d, #ff7d8f))',
  surface: 'var(--chart-surface, Canvas)',
  quiet: 'var(--chart-quiet, light-dark(#5b6472, #a5afbd))',
} as const;

// After Okabe and Ito, each hue darkened for white paper or lightened for black; the baseline is grey.
const COLORS = [
  ['#5b6472', '#a5afbd'],
  ['#0067a8', '#56b4e9'],
  ['#c14a00', '#ff9a4d'],
  ['#00805e', '#35cf9d'],
  ['#a03a86', '#ea9bd3'],
  ['#8a6d00', '#e8c52c'],
  ['#3d3da8', '#a3a1ff'],
  ['#007d8a', '#4fd3e0'],
] as const;

const SYMBOLS: readonly SymbolName[] = [
  'square',
  'circle',
  'triangle',
  'diamond',
  'star',
  'wye',
  'hexagon',
  'cross',
];

const DASHES = ['none', 'none', '6 3', '2 3', '8 3 2 3', '12 4', '4 2 1 2', '1 2'] as const;

/**
 * Styles in the order of `variants`; those of panes, `B` or `B · flash`, follow their letter, whichever panes are beside them.
 * After eight, colours come round again with another symbol.
 */
export function seriesStyles(variants: readonly string[]): ReadonlyMap<string, SeriesStyle> {
  return new Map(variants.map((variant, index) => [variant, seriesStyle(placeOfPane(variant) ?? index)]));
}

function placeOfPane(name: string): number | undefined {
  const [, letter] = /^([A-F])(?: · |$)/.exec(name) ?? [];
  return letter === undefined ? undefined : letter.charCodeAt(0) - 'A'.charCodeAt(0);
}

function seriesStyle(index: number): SeriesStyle {
  const turn = Math.floor(index / COLORS.length);
  const slot = index % COLORS.length;
  const [light, dark] = COLORS[slot] ?? COLORS[0];
  return {
    color: `var(--chart-${slot + 1}, light-dark(${light}, ${dark}))`,
    symbol: SYMBOLS[(slot + 3 * turn) % SYMBOLS.length] ?? 'circle',
    dash: DASHES[(slot + turn) % DASHES.length] ?? 'none',
  };
}
