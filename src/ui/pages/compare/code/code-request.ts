import type { Pane } from '../setup.ts';

/** What the code's part of the page asks of the rest. */
export type CodeRequest =
  | { readonly kind: 'change'; readonly index: number; readonly pane: Pane }
  | { readonly kind: 'show' | 'run'; readonly index: number }
  | { readonly kind: 'close' };
