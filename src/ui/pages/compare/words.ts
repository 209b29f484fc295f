import { presetOf } from '../../../core/modifiers.ts';
import { readPresetLabel } from '../../../core/preset-label.ts';
import { OPERATIONS } from '../../../operations/index.ts';
import type { Params } from '../../../core/variant.ts';
import type { Result } from '../../../measure/report.ts';
import type { Pane } from './setup.ts';

/** `blockM 32, blockN 16`. */
export const paramWords = (params: Params): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** `1 file edited, maskMod causal`; nothing for what is shipped. */
export function editWords({ sources, modifiers }: Pane): string {
  const count = Object.keys(sources).length;
  const files = count === 0 ? [] : [`${count} ${count === 1 ? 'file' : 'files'} edited`];
  const own = Object.entries(modifiers).map(([name, body]) => `${name} ${modifierWords(name, body)}`);
  return [...files, ...own].join(', ');
}

/** `causal {}`, where a preset made it, or `of one’s own`. */
export function modifierWords(name: string, body: string): string {
  const label = readPresetLabel(body);
  return label && isChecked(name, body) ? label.words : 'of one’s own';
}

/** Whether there is a float64 reference for a modifier: presets have one. */
export const isChecked = (name: string, body: string): boolean =>
  OPERATIONS.some(({ modifiers }) => presetOf(modifiers.presets, name, body) !== undefined);

/** `A: ok. B: faster.`: the words for screen readers when a run has ended. */
export const announcementWords = (results: readonly Result[]): string =>
  results
    .map(({ label, status, versusBaseline }) => `${label ?? ''}: ${versusBaseline?.verdict ?? status}.`)
    .join(' ');
