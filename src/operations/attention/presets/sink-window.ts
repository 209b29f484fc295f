import { preset } from './preset.ts';
import { requireInteger, requireOffset, type Aligned } from './text.ts';

export interface SinkWindow extends Aligned {
  /** First tokens that everyone sees. */
  readonly sinks: number;
  /** Tokens seen to the left of one's own place. */
  readonly left: number;
}

/** Xiao et al., "Efficient streaming language models with attention sinks" (2023); the Λ of LM-Infinite. */
export const sinkWindow = preset<SinkWindow>({
  id: 'sink-window',
  title: 'Sink and window',
  idea: 'Causal, with the first few tokens and the last few alone: what is long past is forgotten, how it began is not.',
  example: { sinks: 4, left: 124 },
  check(params) {
    requireInteger('sinks', params.sinks, 0);
    requireInteger('left', params.left, 0);
    requireOffset(params);
  },
  modifiers: ({ sinks, left, offset = 0 }) => ({
    maskMod: [
      `let distance = i32(kv) - i32(q) - (${offset});`,
      `return (distance <= 0) & ((kv < ${sinks}u) | (distance >= ${-left}));`,
    ].join('\n'),
  }),
  twins: ({ sinks, left, offset = 0 }) => ({
    maskMod: (_b, _h, q, kv) => kv <= q + offset && (kv < sinks || kv >= q + offset - left),
  }),
});
