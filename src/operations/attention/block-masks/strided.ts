import { requireInteger } from '../presets/text.ts';
import { between, blockMaskPreset, type Blocked } from './preset.ts';

export interface Strided extends Blocked {
  /** Blocks seen before one's own. */
  readonly local: number;
  /** From one of the other blocks that are seen to the next. */
  readonly stride: number;
}

/** Child et al., "Generating long sequences with sparse transformers" (2019). */
export const strided = blockMaskPreset<Strided>({
  id: 'strided',
  title: 'Strided',
  idea: 'A block sees those just before it, and every so-manieth of all.',
  example: { block: 64, local: 2, stride: 8 },
  check({ local, stride }) {
    requireInteger('local', local, 0);
    requireInteger('stride', stride, 1);
  },
  seen: ({ local, stride }, { own, columns }) => [
    ...between(own - local, own),
    ...between(0, columns - 1).filter((column) => column % stride === stride - 1),
  ],
});
