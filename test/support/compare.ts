import type { Page } from 'puppeteer';
import { shippedPane, type Pane, type Setup } from '../../src/ui/pages/compare/setup.ts';
import { writeLink } from '../../src/ui/pages/compare/share.ts';
import { textsOf } from './pages.ts';

export const naive = shippedPane('naive');
/** Tiles that a CPU adapter compiles in a moment. */
export const flash: Pane = { ...shippedPane('flash'), params: { blockM: 8, blockN: 8, rows: 2, cols: 2 } };

/** The compare page on a problem of 16 tokens. */
export const compareLink = (panes: Pane[], changes: Partial<Setup> = {}) =>
  `demos/compare/${writeLink({
    operation: 'attention',
    fields: {
      ...{ operation: 'attention', seqLenQ: '16', seqLenKV: '', batch: '1', numHeads: '1', numKVHeads: '' },
      ...{ headDim: '8', headDimV: '', causal: 'off', window: '', softcap: '', bias: 'none', mask: 'none' },
      ...{ seqLensKV: '', alibi: 'off', sinks: 'off' },
    },
    seed: 3,
    budgetMs: 50,
    yardstick: false,
    panes,
    ...changes,
  })}`;

export const RUN = 'wa-button[type=submit]:not([disabled])';
/** There once panes have been timed. */
export const DONE = 'td[data-figure=Time]';

/** `correct`, `WRONG` …: what the figures say of each pane's correctness. */
export const correctness = async (page: Page) =>
  (await textsOf(page, 'td[data-figure=Correct]')).map((text) => text.split(' ')[0]);
