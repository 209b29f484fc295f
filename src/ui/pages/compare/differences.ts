import type { Params } from '../../../core/variant.ts';
import { editWords } from './words.ts';
import type { Pane } from './setup.ts';

/** A property in which panes differ. */
export interface Difference {
  readonly what: string;
  /** A value for each pane. */
  readonly values: readonly string[];
}

/**
 * The differences between panes, so that nobody takes one's time for another's.
 * @param params of each pane, defaults filled in; empty while they are not known
 */
export function differences(panes: readonly Pane[], params: readonly Params[]): Difference[] {
  const names = new Set(params.flatMap((own) => Object.keys(own)));
  const rows: Difference[] = [
    { what: 'variant', values: panes.map(({ variant }) => variant) },
    ...[...names].map((name) => ({
      what: name,
      values: params.map((own) => (own[name] === undefined ? '–' : String(own[name]))),
    })),
    { what: 'code', values: panes.map((pane) => editWords(pane) || 'as shipped') },
  ];
  // Two edits of one file read alike, and are not.
  const texts = panes.map(({ sources, modifiers }) => JSON.stringify([sources, modifiers]));
  return rows.filter(({ what, values }) => !alike(values) || (what === 'code' && !alike(texts)));
}

const alike = (values: readonly string[]): boolean => new Set(values).size <= 1;
