import type { Pane } from './setup.ts';

/** A request of a pane to the page. */
export type PaneRequest =
  { readonly kind: 'change'; readonly pane: Pane } | { readonly kind: 'remove' | 'duplicate' | 'edit' };

/** The panes after one of them has asked for a change. */
export function withRequest(panes: readonly Pane[], index: number, request: PaneRequest): Pane[] {
  return panes.flatMap((pane, at) => {
    if (at !== index) return [pane];
    switch (request.kind) {
      case 'change':
        return [request.pane];
      case 'remove':
        return [];
      case 'duplicate':
        return [pane, { ...pane }];
      case 'edit':
        return [pane];
    }
  });
}
