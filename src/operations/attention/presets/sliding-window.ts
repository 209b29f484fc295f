import { preset } from './preset.ts';
import { requireInteger, requireOffset, type Aligned } from './text.ts';

export interface SlidingWindow extends Aligned {
  /** Tokens seen to the left of one's own place. */
  readonly left: number;
  /** And to the right. */
  readonly right: number;
}

export const slidingWindow = preset<SlidingWindow>({
  id: 'sliding-window',
  title: 'Sliding window',
  idea: 'A token sees its neighbours, so many to the left and so many to the right.',
  example: { left: 128, right: 0 },
  check(params) {
    requireInteger('left', params.left, 0);
    requireInteger('right', params.right, 0);
    requireOffset(params);
  },
  modifiers: ({ left, right, offset = 0 }) => ({
    maskMod: [
      `let distance = i32(kv) - i32(q) - (${offset});`,
      `return (distance >= ${-left}) & (distance <= ${right});`,
    ].join('\n'),
  }),
  twins: ({ left, right, offset = 0 }) => ({
    maskMod: (_b, _h, q, kv) => kv >= q + offset - left && kv <= q + offset + right,
  }),
});
