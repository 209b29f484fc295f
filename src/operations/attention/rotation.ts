import { groupSize, type AttentionProblem } from './problem.ts';
import { startOf, wholeOf } from './shard.ts';
import { reachOfQuery } from './visibility.ts';

export type Side = 'query' | 'key';

export const DEFAULT_BASE = 10_000;

/** How many leading elements of a row are rotated. */
export const rotatedDim = ({ rope, headDim }: AttentionProblem): number => rope?.dim ?? headDim;

/** Whether a side is rotated. */
export const isRotated = ({ rope, keysRotated }: AttentionProblem, side: Side): boolean =>
  rope !== undefined && !(side === 'key' && keysRotated === true);

const lengthOf = ({ seqLenQ, seqLenKV }: AttentionProblem, side: Side): number =>
  side === 'query' ? seqLenQ : seqLenKV;

/** Lists of positions of a side: one for the whole batch, or one for each entry. */
export function positionLists(problem: AttentionProblem, side: Side): number {
  const { rope, batch, seqLensKV } = problem;
  const own = side === 'query' ? rope?.positionsQ : rope?.positionsKV;
  if (own !== undefined) return own.length / lengthOf(wholeOf(problem), side);
  return side === 'query' && seqLensKV !== undefined ? batch : 1;
}

function positionOf(problem: AttentionProblem, side: Side, entry: number, token: number): number {
  const whole = wholeOf(problem);
  const { firstQuery, firstKey } = startOf(problem);
  const place = token + (side === 'query' ? firstQuery : firstKey);
  const own = side === 'query' ? problem.rope?.positionsQ : problem.rope?.positionsKV;
  if (own !== undefined) return own[entry * lengthOf(whole, side) + place] ?? NaN;
  if (side === 'key') return place;
  // Wherever the causal mask is aligned.
  return reachOfQuery({ ...whole, causal: 'bottom-right' }, entry, place).diagonal;
}

/** The cosine and the sine by which each pair of a side turns, in float64: [list][token][pair]. */
export interface Turns {
  readonly pairs: number;
  readonly lists: number;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

/** Angles are made and reduced in float64: at position 100,000 one of f32 has no digit right after the second. */
export function turnsOf(problem: AttentionProblem, side: Side): Turns {
  const dim = rotatedDim(problem);
  const pairs = dim / 2;
  const lists = positionLists(problem, side);
  const length = lengthOf(problem, side);
  const { base = DEFAULT_BASE } = problem.rope ?? {};
  const speeds = Float64Array.from({ length: pairs }, (_, pair) => base ** ((-2 * pair) / dim));
  const cos = new Float64Array(lists * length * pairs);
  const sin = new Float64Array(cos.length);
  for (let at = 0; at < lists * length; at++) {
    const position = positionOf(problem, side, Math.floor(at / length), at % length);
    speeds.forEach((speed, pair) => {
      cos[at * pairs + pair] = Math.cos(position * speed);
      sin[at * pairs + pair] = Math.sin(position * speed);
    });
  }
  return { pairs, lists, cos, sin };
}

/** An element of a rotated row is `cos` times the element plus `sin` times the `other` one of its pair. */
interface Turn {
  readonly cos: number;
  readonly sin: number;
  readonly other: number;
}

const UNTURNED: Turn = { cos: 1, sin: 0, other: 0 };

const known: Readonly<Record<Side, WeakMap<AttentionProblem, Turns>>> = {
  query: new WeakMap(),
  key: new WeakMap(),
};

function knownTurns(problem: AttentionProblem, side: Side): Turns {
  const turns = known[side].get(problem) ?? turnsOf(problem, side);
  known[side].set(problem, turns);
  return turns;
}

/** The turn of an element of a row, which is counted over all heads of the batch. */
function turnIn(problem: AttentionProblem, side: Side): (row: number, d: number) => Turn {
  if (!isRotated(problem, side)) return () => UNTURNED;
  const { pairs, lists, cos, sin } = knownTurns(problem, side);
  const length = lengthOf(problem, side);
  const rowsPerEntry = length * problem.numKVHeads * (side === 'query' ? groupSize(problem) : 1);
  const interleaved = problem.rope?.interleaved === true;
  return (row, d) => {
    if (d >= 2 * pairs) return UNTURNED;
    const pair = interleaved ? d >> 1 : d % pairs;
    const isFirst = interleaved ? d % 2 === 0 : d < pairs;
    const distance = interleaved ? 1 : pairs;
    const list = Math.min(Math.floor(row / rowsPerEntry), lists - 1);
    const at = (list * length + (row % length)) * pairs + pair;
    return {
      cos: cos[at] ?? NaN,
      sin: (isFirst ? -1 : 1) * (sin[at] ?? NaN),
      other: isFirst ? d + distance : d - distance,
    };
  };
}

/** The elements of query or key as dot products take them, in float64. */
export function elementsOf(
  problem: AttentionProblem,
  values: ArrayLike<number>,
  side: Side,
): (row: number, d: number) => number {
  const { headDim } = problem;
  const plain = (row: number, d: number) => values[row * headDim + d] ?? NaN;
  if (!isRotated(problem, side)) return plain;
  const turn = turnIn(problem, side);
  return (row, d) => {
    const own = turn(row, d);
    return own === UNTURNED ? plain(row, d) : own.cos * plain(row, d) + own.sin * plain(row, own.other);
  };
}

/**
 * From gradients of rotated rows to those of the rows as they were given, in place.
 * @param rows which rows they are, counted over all heads
 * @param size whether they are sums of absolute values
 */
export function turnBack(
  problem: AttentionProblem,
  side: Side,
  rows: readonly number[],
  gradients: Float64Array,
  size = false,
): void {
  if (!isRotated(problem, side)) return;
  const { headDim } = problem;
  const turn = turnIn(problem, side);
  rows.forEach((row, index) => {
    const before = gradients.slice(index * headDim, (index + 1) * headDim);
    before.forEach((value, d) => {
      const own = turn(row, d);
      if (own === UNTURNED) return;
      const { cos, sin, other } = own;
      const [c, s] = size ? [Math.abs(cos), Math.abs(sin)] : [cos, -sin];
      gradients[index * headDim + d] = c * value + s * (before[other] ?? NaN);
    });
  });
}
