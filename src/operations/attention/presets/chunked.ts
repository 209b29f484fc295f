import { preset } from './preset.ts';
import { requireInteger, requireOffset, type Aligned } from './text.ts';

export interface Chunked extends Aligned {
  /** Tokens of a chunk. */
  readonly size: number;
  /** Tokens seen before the chunk. */
  readonly left: number;
  /** And after it. */
  readonly right: number;
}

/** Le et al., "ChunkFormer" (2025): streaming speech recognition. */
export const chunked = preset<Chunked>({
  id: 'chunked',
  title: 'Chunks with context',
  idea: 'Tokens of a chunk see all of it, and some tokens before and after it.',
  example: { size: 64, left: 128, right: 32 },
  check(params) {
    requireInteger('size', params.size, 1, 2 ** 24);
    requireInteger('left', params.left, 0, 2 ** 24);
    requireInteger('right', params.right, 0, 2 ** 24);
    requireOffset(params);
  },
  modifiers: ({ size, left, right, offset = 0 }) => ({
    maskMod: [
      `let place = i32(q) + (${offset});`,
      '// Rounded down, left of key 0 too.',
      `let chunk = place - ((place % ${size}) + ${size}) % ${size};`,
      `return (i32(kv) >= chunk - ${left}) & (i32(kv) < chunk + ${size + right});`,
    ].join('\n'),
  }),
  twins: ({ size, left, right, offset = 0 }) => ({
    maskMod(_b, _h, q, kv) {
      const chunk = Math.floor((q + offset) / size) * size;
      return kv >= chunk - left && kv < chunk + size + right;
    },
  }),
});
