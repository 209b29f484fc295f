import { requireCount } from '../../core/checks.ts';
import { ShapeError } from '../../core/errors.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import { uniformStream } from '../../core/random.ts';
import { floatTensor, formatShape, type FloatTensor, type Tensor } from '../../core/tensor.ts';
import type { HardestNegatives } from '../../operations/contrastive/api.ts';
import { hostRows, requireSameShape, type HostRows } from './host-rows.ts';

/** One call of `mixNegatives`. */
export interface MixArgs {
  /** [N, D] */
  readonly x: Tensor;
  /** [M, D], the columns that the list has indices of, those of hardNegatives and queue included. */
  readonly y: Tensor;
  /** The hardest negatives of each row, from a call with `hardest`. */
  readonly hardest: HardestNegatives;
  /** How many mixtures of two of its negatives each row gets. Default 0. */
  readonly pairs?: number;
  /** How many mixtures of itself with a negative each row gets, in which the negative weighs more. Default 0. */
  readonly own?: number;
  /** Of the choices and of the weights. Default 1. */
  readonly seed?: number;
}

const ARGUMENTS = argumentNames<MixArgs>({
  x: true,
  y: true,
  hardest: true,
  pairs: true,
  own: true,
  seed: true,
});

/**
 * Negatives mixed in feature space from the hardest ones of each row, for `hardNegatives` of `info-nce`, which gives them no gradient:
 * `α a + (1 − α) b` of two of a row's negatives, and `β x + (1 − β) a` with β below ½; each of length 1.
 * Kalantidis et al., "Hard Negative Mixing for Contrastive Learning" (2020), MoCHi.
 * @returns [N, pairs + own, D]
 * @throws ShapeError naming the argument
 */
export function mixNegatives(args: MixArgs): FloatTensor {
  requireKnown(args, ARGUMENTS);
  const x = hostRows('x', args.x);
  const y = hostRows('y', args.y);
  requireSameShape('y', { ...y, numRows: x.numRows }, x);
  const { pairs = 0, own = 0, seed = 1 } = args;
  if (pairs !== 0) requireCount('pairs', pairs);
  if (own !== 0) requireCount('own', own);
  requireCount('pairs + own', pairs + own);
  const lists = listsOf(args.hardest, x.numRows, y.numRows);
  const uniform = uniformStream(seed);
  const { embedDim } = x;
  const mixed = new Float32Array(x.numRows * (pairs + own) * embedDim);
  let place = 0;
  for (const [row, list] of lists.entries()) {
    const drawn = () => list[Math.floor(uniform() * list.length)] ?? NaN;
    for (let at = 0; at < pairs + own; at++) {
      const [first, second] = at < pairs ? [{ of: y, row: drawn() }, drawn()] : [{ of: x, row }, drawn()];
      const weight = at < pairs ? uniform() : uniform() / 2;
      mixed.set(unitMixture(first.of, first.row, y, second, weight), place);
      place += embedDim;
    }
  }
  return floatTensor([x.numRows, pairs + own, embedDim], mixed);
}

/** The columns that each row lists. */
function listsOf({ logits, indices }: HardestNegatives, numRows: number, numCols: number): number[][] {
  const [rows = 0, width = 0] = logits.shape;
  if (rows !== numRows || indices.length !== numRows * width) {
    throw new ShapeError('hardest', `lists of ${numRows} rows`, formatShape(logits.shape));
  }
  return Array.from({ length: numRows }, (_, row) => {
    const list = [...indices.subarray(row * width, (row + 1) * width)].filter((column) => column < numCols);
    if (list.length > 0) return list;
    throw new ShapeError('hardest', 'a negative for each row', `none in row ${row}`);
  });
}

function unitMixture(a: HostRows, i: number, b: HostRows, j: number, weight: number): Float32Array {
  const { embedDim } = a;
  const mixed = Float64Array.from({ length: embedDim }, (_, d) => {
    const [first = NaN, second = NaN] = [a.data[i * embedDim + d], b.data[j * embedDim + d]];
    return weight * first + (1 - weight) * second;
  });
  const length = Math.hypot(...mixed);
  return Float32Array.from(mixed, (value) => (length === 0 ? 0 : value / length));
}
