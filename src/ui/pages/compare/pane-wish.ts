import type { Pane } from './setup.ts';

/** What a pane asks of the page. */
export type PaneWish =
  { readonly kind: 'change'; readonly pane: Pane } | { readonly kind: 'remove' | 'duplicate' | 'edit' };

/** The panes as one of them wishes them to be. */
export function granted(panes: readonly Pane[], index: number, wish: PaneWish): Pane[] {
  return panes.flatMap((pane, at) => {
    if (at !== index) return [pane];
    switch (wish.kind) {
      case 'change':
        return [wish.pane];
      case 'remove':
        return [];
      case 'duplicate':
        return [pane, { ...pane }];
      case 'edit':
        return [pane];
    }
  });
}
