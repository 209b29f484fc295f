import { ShapeError } from '../../../core/errors.ts';
import { preset } from './preset.ts';
import { floats, requireInteger, requireNumbers, requireTable } from './text.ts';

export interface Cosine {
  /** One per query head: 1/τ, already exponentiated. Swin V2 lets none exceed 100. */
  readonly logitScales: readonly number[];
  /** The window whose tokens, row by row, are the sequence. Needed by `table` alone. */
  readonly height?: number;
  readonly width?: number;
  /** [query heads][(2 height − 1) · (2 width − 1)]: added by how many rows and columns the query is beyond the key. */
  readonly table?: readonly (readonly number[])[];
}

/**
 * Liu et al., "Swin transformer V2" (2022). The caller L2-normalises the rows of query and key, and sets `softmaxScale`
 * to 1. The position bias belongs into `table`, not into a bias tensor: that would be scaled too.
 */
export const cosine = preset<Cosine>({
  id: 'cosine',
  title: 'Cosine attention',
  idea: 'Swin V2’s: of normalised queries and keys, with a scale of each head’s own and a bias by relative place.',
  example: { logitScales: [10, 20] },
  perHead: ['logitScales', 'table'],
  check({ logitScales, height, width, table }) {
    requireNumbers('logitScales', logitScales);
    if (table === undefined) return;
    requireInteger('height', height, 1, 2 ** 10);
    requireInteger('width', width, 1, 2 ** 10);
    requireTable('table', table, (2 * (height ?? 1) - 1) * (2 * (width ?? 1) - 1));
    if (table.length !== logitScales.length) {
      throw new ShapeError('table', `a row for each of ${logitScales.length} heads`, `${table.length}`);
    }
  },
  modifiers({ logitScales, height = 1, width = 1, table }) {
    const [rows, columns] = [2 * height - 1, 2 * width - 1];
    const scale = floats('scales', logitScales);
    const bias = table && [
      floats('table', table.flat()),
      `let row = q / ${width}u + ${height - 1}u - kv / ${width}u;`,
      `let column = q % ${width}u + ${width - 1}u - kv % ${width}u;`,
      `return score * scales[h] + table[(h * ${rows}u + row) * ${columns}u + column];`,
    ];
    return {
      scoreMod: [scale, ...(bias ?? ['return score * scales[h];'])].join('\n'),
      scoreModGrad: [scale, 'return scales[h];'].join('\n'),
    };
  },
  twins: ({ logitScales, height = 1, width = 1, table }) => ({
    scoreMod(score, _b, h, q, kv) {
      const scaled = score * Math.fround(logitScales[h] ?? NaN);
      if (table === undefined) return scaled;
      const row = Math.floor(q / width) - Math.floor(kv / width) + height - 1;
      const column = (q % width) - (kv % width) + width - 1;
      return scaled + Math.fround(table[h]?.[row * (2 * width - 1) + column] ?? NaN);
    },
    scoreModGrad: (_score, _b, h) => Math.fround(logitScales[h] ?? NaN),
  }),
});
