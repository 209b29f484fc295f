import { ShapeError } from '../../../core/errors.ts';
import { preset } from './preset.ts';
import { requireInteger } from './text.ts';

export interface Neighbourhood {
  /** Rows and columns of the grid that the tokens fill row by row. */
  readonly height: number;
  readonly width: number;
  /** Odd: how many rows and columns a token sees. */
  readonly kernel: number;
}

/** The middle of the window: the token's own place, but at the borders far enough inside. */
const middle = (place: string, extent: number, reach: number): string =>
  `clamp(i32(${place}), ${reach}, ${extent - 1 - reach})`;

/** Hassani et al., "Neighborhood attention transformer" (2022): at a border the window moves, and stays as large. */
export const neighbourhood = preset<Neighbourhood>({
  id: 'neighbourhood',
  title: '2-D neighbourhood',
  idea: 'Tokens are the pixels of a grid, and each sees a square around its own.',
  example: { height: 16, width: 16, kernel: 5 },
  check({ height, width, kernel }) {
    requireInteger('height', height, 1, 2 ** 15);
    requireInteger('width', width, 1, 2 ** 15);
    requireInteger('kernel', kernel, 1, Math.min(height, width));
    if (kernel % 2 === 0) throw new ShapeError('kernel', 'an odd number', String(kernel));
  },
  modifiers({ height, width, kernel }) {
    const reach = (kernel - 1) / 2;
    return {
      maskMod: [
        `let rows = ${middle(`q / ${width}u`, height, reach)} - i32(kv / ${width}u);`,
        `let columns = ${middle(`q % ${width}u`, width, reach)} - i32(kv % ${width}u);`,
        `return max(abs(rows), abs(columns)) <= ${reach};`,
      ].join('\n'),
    };
  },
  twins: ({ height, width, kernel }) => ({
    maskMod(_b, _h, q, kv) {
      const sees = (from: number, to: number, extent: number) => {
        const first = Math.min(Math.max(from - (kernel - 1) / 2, 0), extent - kernel);
        return first <= to && to < first + kernel;
      };
      const [row, column] = [Math.floor(kv / width), kv % width];
      return sees(Math.floor(q / width), row, height) && sees(q % width, column, width);
    },
  }),
});
