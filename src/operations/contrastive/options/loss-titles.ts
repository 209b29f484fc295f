import type { Loss } from '../losses.ts';

/** What each loss is called where a reader may not know its id. */
export const LOSS_TITLES: Readonly<Record<Loss, string>> = {
  clip: 'CLIP, both directions',
  'info-nce': 'InfoNCE, rows only',
  siglip: 'SigLIP, pairwise sigmoid',
  'nt-xent': 'NT-Xent, two stacked views',
  dcl: 'DCL, decoupled',
  dclw: 'DCLW, weighted positives',
  'sup-con': 'SupCon, classes',
};
