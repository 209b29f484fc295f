import type { Pane } from '../setup.ts';

/** A request of the code editor to the page. */
export type CodeRequest =
  | { readonly kind: 'change'; readonly index: number; readonly pane: Pane }
  | { readonly kind: 'show' | 'run'; readonly index: number }
  | { readonly kind: 'close' };
