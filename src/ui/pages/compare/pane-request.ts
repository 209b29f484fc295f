import { withLetters, type Pane } from './setup.ts';

/** A request of a pane to the page. */
export type PaneRequest =
  { readonly kind: 'change'; readonly pane: Pane } | { readonly kind: 'remove' | 'duplicate' | 'edit' };

/** The panes after one of them has asked for a change. */
export function withRequest(panes: readonly Pane[], index: number, request: PaneRequest): Pane[] {
  switch (request.kind) {
    case 'change':
      return panes.map((pane, at) => (at === index ? request.pane : pane));
    case 'remove':
      return withLetters(panes).filter((_, at) => at !== index);
    case 'duplicate':
      return withLetters(panes).flatMap((pane, at) =>
        at === index ? [pane, { ...pane, letter: undefined }] : [pane],
      );
    case 'edit':
      return [...panes];
  }
}
