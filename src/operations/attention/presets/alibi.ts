import { preset } from './preset.ts';
import { floats, requireNumbers, requireOffset, type Aligned } from './text.ts';

export interface Alibi extends Aligned {
  /** One per query head. */
  readonly slopes: readonly number[];
}

/** Press, Smith and Lewis, "Train short, test long" (2021). */
export const alibi = preset<Alibi>({
  id: 'alibi',
  title: 'ALiBi',
  idea: 'Scores fall with the distance, by a slope that each head has of its own.',
  example: { slopes: [1 / 4, 1 / 16, 1 / 64, 1 / 256] },
  perHead: ['slopes'],
  check(params) {
    requireNumbers('slopes', params.slopes);
    requireOffset(params);
  },
  modifiers: ({ slopes, offset = 0 }) => ({
    scoreMod: [
      floats('slopes', slopes),
      `return score - slopes[h] * abs(f32(i32(kv) - i32(q) - (${offset})));`,
    ].join('\n'),
    scoreModGrad: 'return 1.0;',
  }),
  twins: ({ slopes, offset = 0 }) => ({
    scoreMod: (score, _b, h, q, kv) => score - Math.fround(slopes[h] ?? NaN) * Math.abs(kv - q - offset),
    scoreModGrad: () => 1,
  }),
});
