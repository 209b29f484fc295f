import type { Range } from '../../tile/trace-tiles.ts';
import { ShapeError } from '../../core/errors.ts';
import type { AttentionProblem } from './problem.ts';
import { visibleKeys } from './visibility.ts';
import { scoresOfRow, type AttentionData } from './reference.ts';
import { advance, lseOf, NOTHING_SEEN, weightOf, type SoftmaxState } from '../../tile/online-softmax.ts';
import { blocksOf, checkTile, indicesOf, type TileSize } from '../../tile/trace-tiles.ts';

/** The steps of a workgroup, in order: once a row block, four times a tile, once a row block. */
export type AttentionPhase = 'start' | 'scores' | 'max' | 'weights' | 'output' | 'finish';

/** The state that one row of the block carries from tile to tile. */
export interface RowState extends SoftmaxState {
  readonly row: number;
  /** By what the last new maximum multiplied all that was summed before. */
  readonly shrink: number;
  /** The accumulator, headDimV long; after `finish`, the row's output. */
  readonly sums: readonly number[];
  /** After `finish`. */
  readonly lse?: number;
}

export interface AttentionStep {
  readonly phase: AttentionPhase;
  readonly rows: Range;
  /** Keys of the tile at hand. */
  readonly keys?: Range;
  /** [rows][keys]: scores, −∞ where hidden; from `weights` on exp(score − maximum). */
  readonly tile?: readonly (readonly number[])[];
  /** After the step. */
  readonly states: readonly RowState[];
}

export type TileKind = 'skipped' | 'partial' | 'full';

export interface TracedTile {
  readonly rows: Range;
  readonly keys: Range;
  readonly kind: TileKind;
}

export interface AttentionTrace {
  readonly steps: readonly AttentionStep[];
  /** Row block by row block. */
  readonly tiles: readonly TracedTile[];
  /** [seqLenQ, headDimV] */
  readonly output: Float64Array;
  /** [seqLenQ] */
  readonly lse: Float64Array;
}

/**
 * One-pass attention over one head in float64, with the state of every row after each step.
 * Dao, "FlashAttention-2" (2023), algorithm 1, in natural units.
 * @throws ShapeError unless there are one batch entry and one head, and on a tile that cannot be
 */
export function attentionTrace(
  problem: AttentionProblem,
  data: AttentionData,
  tile: TileSize,
): AttentionTrace {
  for (const name of ['batch', 'numHeads'] as const) {
    if (problem[name] !== 1) throw new ShapeError(name, '1: a trace follows one head', String(problem[name]));
  }
  checkTile(tile);
  const tiles = blocksOf(problem.seqLenQ, tile.blockM).flatMap((rows) => tilesOf(problem, rows, tile.blockN));
  const steps = blocksOf(problem.seqLenQ, tile.blockM).flatMap((rows) => {
    const visited = tiles.filter(({ rows: own, kind }) => own.first === rows.first && kind !== 'skipped');
    return stepsOfBlock(problem, data, rows, visited);
  });
  const finished = steps.filter(({ phase }) => phase === 'finish').flatMap(({ states }) => states);
  return {
    steps,
    tiles,
    output: Float64Array.from(finished.flatMap(({ sums }) => sums)),
    lse: Float64Array.from(finished, ({ lse = NaN }) => lse),
  };
}

/** A row block's tiles, as `row_block` and `hides_some` in `attention/lib/row_block.wesl` tell them apart. */
function tilesOf(problem: AttentionProblem, rows: Range, blockN: number): TracedTile[] {
  const earliest = visibleKeys(problem, rows.first, 0);
  const latest = visibleKeys(problem, rows.end - 1, 0);
  const walkStart = Math.floor(earliest.first / blockN) * blockN;
  return blocksOf(problem.seqLenKV, blockN).map((keys) => {
    const isSeen = keys.first >= walkStart && keys.first < latest.end;
    const isFull = keys.first >= latest.first && keys.first + blockN <= earliest.end;
    return { rows, keys, kind: isFull ? 'full' : isSeen ? 'partial' : 'skipped' };
  });
}

function stepsOfBlock(
  problem: AttentionProblem,
  data: AttentionData,
  rows: Range,
  tiles: readonly TracedTile[],
): AttentionStep[] {
  const nothing = Array.from({ length: problem.headDimV }, () => 0);
  let states: readonly RowState[] = indicesOf(rows).map((row) => ({
    ...NOTHING_SEEN,
    row,
    shrink: 1,
    sums: nothing,
  }));
  const all = indicesOf(rows).map((row) => scoresOfRow(problem, data, row));
  const steps: AttentionStep[] = [{ phase: 'start', rows, states }];
  for (const { keys } of tiles) {
    const scores = all.map((row) => [...row.subarray(keys.first, keys.end)]);
    const after = states.map((state, r) => withTile(state, scores[r] ?? [], keys, data, problem.headDimV));
    const weights = scores.map((row, r) => row.map((score) => weightOf(score, after[r]?.peak ?? NaN)));
    const inTurn: readonly [AttentionPhase, typeof scores, readonly (keyof RowState)[]][] = [
      ['scores', scores, []],
      ['max', scores, ['peak', 'shrink']],
      ['weights', weights, ['total']],
      ['output', weights, ['sums']],
    ];
    for (const [phase, tile, changed] of inTurn) {
      states = states.map((state, r) => ({ ...state, ...pick(after[r], changed) }));
      steps.push({ phase, rows, keys, tile, states });
    }
  }
  const finished = states.map((state) => ({
    ...state,
    sums: state.sums.map((sum) => (state.total === 0 ? 0 : sum / state.total)),
    lse: lseOf(state),
  }));
  return [...steps, { phase: 'finish', rows, states: finished }];
}

/** A row's state with one more tile. */
function withTile(
  state: RowState,
  scores: readonly number[],
  keys: Range,
  data: AttentionData,
  headDimV: number,
): RowState {
  const { peak, total } = advance(state, scores);
  const shrink = weightOf(state.peak, peak);
  const sums = state.sums.map((sum, d) =>
    scores.reduce(
      (added, score, k) =>
        added + weightOf(score, peak) * (data.value[(keys.first + k) * headDimV + d] ?? NaN),
      sum * shrink,
    ),
  );
  return { ...state, peak, total, shrink, sums };
}

const pick = (state: RowState | undefined, names: readonly (keyof RowState)[]): Partial<RowState> =>
  Object.fromEntries(names.map((name) => [name, state?.[name]]));
