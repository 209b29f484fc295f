import { bigBird } from './big-bird.ts';
import { slidingTile } from './sliding-tile.ts';
import { strided } from './strided.ts';

/** Block masks that people know by name: `lab.attention({ …, blockMask: blockMasks.bigBird.blockMask(lengths, params) })`. */
export const blockMasks = { slidingTile, strided, bigBird };
