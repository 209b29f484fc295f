import { ShapeError } from '../../../core/errors.ts';
import { preset } from './preset.ts';
import { requireInteger, requireNumbers } from './text.ts';

export interface Tree {
  /** Keys before the tree, which every token of it sees. */
  readonly prefix: number;
  /** The token that each drafted token follows, −1 for one that follows the prefix; parents come first. */
  readonly parents: readonly number[];
}

/** Miao et al., "SpecInfer" (2023); Qian et al., "BASS" (2024): many guesses are verified in one call. */
export const tree = preset<Tree>({
  id: 'tree',
  title: 'Draft tree',
  idea: 'Queries are a tree of guessed tokens after a prefix, and each sees the prefix, its ancestors and itself.',
  example: { prefix: 64, parents: [-1, 0, 0, 1, 1, 2, 3, 5] },
  check({ prefix, parents }) {
    requireInteger('prefix', prefix, 0, 2 ** 24);
    requireNumbers('parents', parents);
    parents.forEach((parent, token) => {
      if (Number.isInteger(parent) && parent >= -1 && parent < token) return;
      throw new ShapeError(`parents[${token}]`, `an integer from -1 to ${token - 1}`, String(parent));
    });
  },
  modifiers: ({ prefix, parents }) => ({
    maskMod: [
      `const parents = array<i32, ${parents.length}>(${parents.join(', ')});`,
      `let other = i32(kv) - ${prefix};`,
      `var token = i32(min(q, ${parents.length - 1}u));`,
      '// Ancestors have smaller numbers.',
      'while token > max(other, -1) { token = parents[token]; }',
      'return (other < 0) | (token == other);',
    ].join('\n'),
  }),
  twins: ({ prefix, parents }) => ({
    maskMod(_b, _h, q, kv) {
      const other = kv - prefix;
      let token = Math.min(q, parents.length - 1);
      while (token > Math.max(other, -1)) token = parents[token] ?? -1;
      return other < 0 || token === other;
    },
  }),
});
