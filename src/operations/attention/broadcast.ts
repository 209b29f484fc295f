import { ShapeError } from '../../core/errors.ts';
import { formatShape, sizeOf } from '../../core/tensor.ts';
import type { AttentionProblem } from './problem.ts';

/** The extents that a bias or mask is broadcast over. */
export type Extents = Pick<AttentionProblem, 'batch' | 'numHeads' | 'seqLenQ' | 'seqLenKV'>;

/** The usual shapes of a bias or mask, least memory first. */
export const BROADCASTS = {
  /** One value a key of each batch entry, as for padding. */
  keys: ({ batch, seqLenKV }: Extents) => [batch, 1, 1, seqLenKV],
  /** One value a query and key, as for relative positions. */
  pairs: ({ seqLenQ, seqLenKV }: Extents) => [seqLenQ, seqLenKV],
  heads: ({ numHeads, seqLenQ, seqLenKV }: Extents) => [numHeads, seqLenQ, seqLenKV],
  full: ({ batch, numHeads, seqLenQ, seqLenKV }: Extents) => [batch, numHeads, seqLenQ, seqLenKV],
} as const;

export type Broadcast = keyof typeof BROADCASTS;
export const BROADCAST_NAMES = ['keys', 'pairs', 'heads', 'full'] as const satisfies readonly Broadcast[];

const AXES = ['batch', 'head', 'query', 'key'];

/** `head × key`: the axes along which a broadcast tensor differs. */
export function broadcastWords(shape: readonly number[]): string {
  const axes = AXES.slice(AXES.length - shape.length).filter((_, axis) => shape[axis] !== 1);
  return axes.join(' × ');
}

/**
 * Element strides of a tensor that is broadcast over [batch, numHeads, seqLenQ, seqLenKV], as in NumPy: missing
 * leading dimensions and those of extent 1 repeat.
 * @throws ShapeError if it cannot be broadcast
 */
export function broadcastStrides(
  argument: string,
  shape: readonly number[],
  { batch, numHeads, seqLenQ, seqLenKV }: Extents,
): readonly number[] {
  const target = [batch, numHeads, seqLenQ, seqLenKV];
  const padded = [...Array.from({ length: 4 - shape.length }, () => 1), ...shape];
  if (shape.length > 4 || padded.some((extent, axis) => extent !== 1 && extent !== target[axis])) {
    throw new ShapeError(
      `${argument}.shape`,
      `a shape that broadcasts over ${formatShape(target)}`,
      formatShape(shape),
    );
  }
  return padded.map((extent, axis) => (extent === 1 ? 0 : sizeOf(padded.slice(axis + 1))));
}
