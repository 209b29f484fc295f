import { requireInteger } from '../presets/text.ts';
import { between, blockMaskPreset, type Blocked } from './preset.ts';

export interface SlidingTile extends Blocked {
  /** Blocks seen before one's own. */
  readonly before: number;
  /** And after it. */
  readonly after: number;
}

/** Zhang et al., "Fast video generation with sliding tile attention" (2025), along one axis. */
export const slidingTile = blockMaskPreset<SlidingTile>({
  id: 'slidingTile',
  title: 'Sliding tile',
  idea: 'A window that moves by whole blocks, so that no tile is seen in part.',
  example: { block: 64, before: 2, after: 2 },
  check({ before, after }) {
    requireInteger('before', before, 0);
    requireInteger('after', after, 0);
  },
  seen: ({ before, after }, { own }) => between(own - before, own + after),
});
