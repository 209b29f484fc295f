import { preset } from './preset.ts';
import { requireInteger, requireOffset, type Aligned } from './text.ts';

export interface Dilated extends Aligned {
  /** Keys seen to the left of one's own place, not counting those in the gaps. */
  readonly left: number;
  /** And to the right. */
  readonly right: number;
  /** From one seen key to the next; 1 leaves no gaps. */
  readonly dilation: number;
}

/** Beltagy, Peters and Cohan, "Longformer" (2020). */
export const dilated = preset<Dilated>({
  id: 'dilated',
  title: 'Dilated window',
  idea: 'A window with gaps: every so-manieth neighbour, so that the same number of keys reaches further.',
  example: { left: 64, right: 0, dilation: 4 },
  check(params) {
    requireInteger('left', params.left, 0, 2 ** 15);
    requireInteger('right', params.right, 0, 2 ** 15);
    requireInteger('dilation', params.dilation, 1, 2 ** 15);
    requireOffset(params);
  },
  modifiers: ({ left, right, dilation, offset = 0 }) => ({
    maskMod: [
      `let distance = i32(kv) - i32(q) - (${offset});`,
      `let within = (distance >= ${-left * dilation}) & (distance <= ${right * dilation});`,
      `return within & (distance % ${dilation} == 0);`,
    ].join('\n'),
  }),
  twins: ({ left, right, dilation, offset = 0 }) => ({
    maskMod: (_b, _h, q, kv) => {
      const steps = (kv - q - offset) / dilation;
      return Number.isInteger(steps) && -left <= steps && steps <= right;
    },
  }),
});
