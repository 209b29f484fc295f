import { requireCount } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import { ceilDiv } from '../../../core/plan.ts';
import type { BlockMaskArgument } from '../block-mask.ts';
import type { AttentionProblem } from '../problem.ts';

/** More would take megabytes of text in a problem. */
const MOST_BLOCKS = 2 ** 22;

/** The lengths that a mask is made for. */
export type Lengths = Pick<AttentionProblem, 'seqLenQ' | 'seqLenKV'>;

/** Parameters that every block mask has. */
export interface Blocked {
  /** Queries, and keys, of a block. */
  readonly block: number;
}

/** Where a row of blocks stands. */
export interface BlockRow {
  readonly row: number;
  /** The block of keys that its first query stands at: where lengths differ, the last query stands at the last key. */
  readonly own: number;
  /** Blocks of keys. */
  readonly columns: number;
}

/** A well-known block mask, made from parameters that are plain data. */
export interface BlockMaskPreset<Params extends Blocked> {
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly idea: string;
  /** Parameters to begin with. */
  readonly example: Params;
  /** The argument `blockMask` of a call. @throws ShapeError naming the parameter */
  blockMask(lengths: Lengths, params: Params): BlockMaskArgument;
}

/** @param seen the blocks of keys that a row of blocks sees; those that are none are left out */
export function blockMaskPreset<Params extends Blocked>({
  check,
  seen,
  ...own
}: Omit<BlockMaskPreset<Params>, 'blockMask'> & {
  readonly check: (params: Params) => void;
  readonly seen: (params: Params, row: BlockRow) => Iterable<number>;
}): BlockMaskPreset<Params> {
  return {
    ...own,
    blockMask({ seqLenQ, seqLenKV }, params) {
      const { block } = params;
      requireCount('block', block);
      check(params);
      const [rows, columns] = [ceilDiv(seqLenQ, block), ceilDiv(seqLenKV, block)];
      if (rows * columns > MOST_BLOCKS) {
        throw new ShapeError('block', `so large that there are at most ${MOST_BLOCKS} blocks`, String(block));
      }
      const data = new Uint8Array(rows * columns);
      for (let row = 0; row < rows; row++) {
        const place = Math.floor((row * block + seqLenKV - seqLenQ) / block);
        const own = Math.max(0, Math.min(columns - 1, place));
        for (const column of seen(params, { row, own, columns })) {
          if (column >= 0 && column < columns) data[row * columns + column] = 1;
        }
      }
      return { blockM: block, blockN: block, blocks: { shape: [1, 1, rows, columns], data } };
    },
  };
}

/** The whole numbers from one to another. */
export const between = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
