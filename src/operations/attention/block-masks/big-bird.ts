import { uniformStream } from '../../../core/random.ts';
import { requireInteger } from '../presets/text.ts';
import { between, blockMaskPreset, type Blocked } from './preset.ts';

export interface BigBird extends Blocked {
  /** Blocks seen to either side of one's own. */
  readonly window: number;
  /** The first blocks, which see all and are seen by all. */
  readonly globals: number;
  /** Blocks seen by each row of blocks at random. */
  readonly random: number;
  readonly seed?: number;
}

/** Zaheer et al., "Big Bird: transformers for longer sequences" (2020). */
export const bigBird = blockMaskPreset<BigBird>({
  id: 'bigBird',
  title: 'BigBird',
  idea: 'A block sees its neighbours, the first ones, which see all, and some at random.',
  example: { block: 64, window: 1, globals: 1, random: 2 },
  check({ window, globals, random, seed = 1 }) {
    requireInteger('window', window, 0);
    requireInteger('globals', globals, 0);
    requireInteger('random', random, 0, 2 ** 15);
    requireInteger('seed', seed, 0);
  },
  seen({ window, globals, random, seed = 1 }, { row, own, columns }) {
    if (row < globals) return between(0, columns - 1);
    const uniform = uniformStream(seed + row);
    return [
      ...between(0, globals - 1),
      ...between(own - window, own + window),
      ...Array.from({ length: random }, () => Math.floor(columns * uniform())),
    ];
  },
});
