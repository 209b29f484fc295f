import { formatNumber } from '../../../measure/format.ts';
import { twinOf } from '../../../operations/attention/presets/preset.ts';
import { presetList } from '../../../operations/attention/presets/index.ts';
import type { Params } from '../../../core/variant.ts';
import type { Comparison, Result } from '../../../measure/report.ts';
import { MODIFIER_NAMES, type ModifierName, type Pane } from './setup.ts';

/** `blockM 32, blockN 16`. */
export const paramWords = (params: Params): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** `1 file edited, maskMod causal`; nothing for what is shipped. */
export function editWords({ sources, modifiers }: Pane): string {
  const count = Object.keys(sources).length;
  const files = count === 0 ? [] : [`${count} ${count === 1 ? 'file' : 'files'} edited`];
  const own = MODIFIER_NAMES.flatMap((name) => {
    const body = modifiers[name];
    return body === undefined ? [] : [`${name} ${modifierWords(name, body)}`];
  });
  return [...files, ...own].join(', ');
}

/** `causal {}`, where a preset made it, or `of one’s own`. */
export function modifierWords(name: ModifierName, body: string): string {
  const [, words = ''] = /^\/\/ preset (.*)\n/.exec(body) ?? [];
  return isChecked(name, body) ? words : 'of one’s own';
}

/** Whether there is a float64 reference for a modifier: presets have one. */
export const isChecked = (name: ModifierName, body: string): boolean =>
  twinOf(presetList, name, body) !== undefined;

/** Fewer rounds give no 95 % interval, but a range. */
const INTERVAL_FROM = 6;

/** `1.8 × faster than A: 95 % between 1.7 and 1.9`. @param than what the baseline is called */
export function verdictWords(
  { ratio, low, high, verdict }: Comparison,
  rounds: number,
  than: string,
): string {
  const between = (a: number, b: number) => {
    const scope = rounds < INTERVAL_FROM ? `all ${rounds} rounds` : '95 %';
    return `${scope} between ${formatNumber(a)} and ${formatNumber(b)}`;
  };
  switch (verdict) {
    case 'faster':
      return `${formatNumber(ratio)} × faster than ${than}: ${between(low, high)}`;
    case 'slower':
      return `${formatNumber(1 / ratio)} × slower than ${than}: ${between(1 / high, 1 / low)}`;
    case 'same':
      return `as fast as ${than}: ${between(low, high)} times`;
    case 'cannot tell':
      return `cannot tell from ${than}: ${between(low, high)} times`;
  }
}

/** `A: ok. B: faster.`: what a listener is told when a run has ended. */
export const announcementWords = (results: readonly Result[]): string =>
  results
    .map(({ label, status, versusBaseline }) => `${label ?? ''}: ${versusBaseline?.verdict ?? status}.`)
    .join(' ');
