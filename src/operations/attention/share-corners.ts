import type { Corner } from '../../core/corner.ts';
import type { Params } from '../../core/variant.ts';
import { QUICK_TILE } from '../../tile/odd-tiles.ts';
import type { AttentionProblem } from './problem.ts';

const LONG = { numHeads: 4, numKVHeads: 2, seqLenQ: 3, seqLenKV: 500, headDim: 16 } as const;
const SPLITS: readonly Params[] = [2, 7, 64].map((splits) => ({ ...QUICK_TILE, splits }));

/** Corners with few queries and many keys, which several workgroups share; a share may be empty. */
export const SHARES: Readonly<Record<string, Corner<AttentionProblem>>> = Object.fromEntries(
  Object.entries<Partial<AttentionProblem>>({
    'many keys': LONG,
    'many keys, causal: shares that see nothing': { ...LONG, seqLenQ: 300, causal: 'top-left' },
    'many keys, window: most shares are empty': { ...LONG, causal: 'bottom-right', window: [40, 0] },
    'many keys, sinks and lengths': { ...LONG, batch: 2, sinks: true, seqLensKV: [500, 0] },
    'many keys, huge logits': { ...LONG, softmaxScale: 30 },
  }).map(([name, problem]) => [name, { problem, params: SPLITS }]),
);
