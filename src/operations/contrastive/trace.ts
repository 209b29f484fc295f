import { UnsupportedError } from '../../core/errors.ts';
import type { Range } from '../../tile/trace-tiles.ts';
import { lossOf, namesOf } from './losses/index.ts';
import type { ContrastiveLoss } from './losses/loss.ts';
import type { ContrastivePhase } from './phase.ts';
import { lineWeight, type ContrastiveProblem } from './problem.ts';
import { sigmoid, softplus } from './reference/line.ts';
import { Pairs, type ContrastiveData } from './reference/pairs.ts';
import {
  advance,
  lseOf,
  merge,
  NOTHING_SEEN,
  weightOf,
  type SoftmaxState,
} from '../../tile/online-softmax.ts';
import { blocksOf, checkTile, indicesOf, type TileSize } from '../../tile/trace-tiles.ts';

/** The state of a line: that of row i and of column i alike. */
export interface LineState extends SoftmaxState {
  /** Logit of its positive, which is no part of peak and total. */
  readonly positive: number;
  /** clip: from `losses` on. */
  readonly lse?: number;
  /** siglip: of the pairs so far; clip: from `losses` on. */
  readonly loss?: number;
}

export interface ContrastiveStep {
  readonly phase: ContrastivePhase;
  readonly rows?: Range;
  readonly cols?: Range;
  /** [rows][columns]: logits, or the weights of the gradients. */
  readonly tile?: readonly (readonly number[])[];
  /** After the step. */
  readonly rowStates: readonly LineState[];
  readonly colStates: readonly LineState[];
  /** Statistics of each column over the row block at hand, until `merge`. */
  readonly parts: readonly SoftmaxState[];
  /** [N][embedDim], as far as summed up. */
  readonly xGrad: readonly (readonly number[])[];
  readonly yGrad: readonly (readonly number[])[];
}

export interface ContrastiveTrace {
  readonly steps: readonly ContrastiveStep[];
  /** Tiles of the statistics and of x's gradient. */
  readonly tiles: readonly { readonly rows: Range; readonly cols: Range }[];
  /** The mean over rows and directions, or what the problem's reduction says; `none` is taken for the sum. */
  readonly loss: number;
}

/**
 * A loss and its gradients, tile by tile, in float64, with all that is kept after each step.
 * @throws UnsupportedError for another loss than `clip` and `siglip`, and for options, ShapeError on a tile that cannot be
 */
export function contrastiveTrace(
  problem: ContrastiveProblem,
  data: ContrastiveData,
  tile: TileSize,
): ContrastiveTrace {
  checkTile(tile);
  checkProblem(problem);
  return new Tracer(problem, data, tile).run();
}

const PLAIN = ['loss', 'numRows', 'numCols', 'embedDim', 'logitScale', 'logitBias', 'gradients', 'reduction'];

/** Losses whose rows and columns are pairs. */
const isTraced = ({ symmetric, pairwise }: ContrastiveLoss): boolean => symmetric || pairwise;

function checkProblem(problem: ContrastiveProblem): void {
  if (!isTraced(lossOf(problem.loss)))
    throw new UnsupportedError(`a trace follows one of ${namesOf(isTraced)}, not '${problem.loss}'`);
  const option = Object.keys(problem).find((name) => !PLAIN.includes(name));
  if (option !== undefined) throw new UnsupportedError(`a trace follows the plain loss, without ${option}`);
}

/** Walks the tiles and takes down the state after each step. */
class Tracer {
  private readonly pairs: Pairs;
  private readonly steps: ContrastiveStep[] = [];
  private rowStates: LineState[];
  private colStates: LineState[];
  private parts: SoftmaxState[];
  private xGrad: number[][];
  private yGrad: number[][];

  constructor(
    private readonly problem: ContrastiveProblem,
    private readonly data: ContrastiveData,
    private readonly tile: TileSize,
  ) {
    this.pairs = new Pairs(problem, data);
    const lines = indicesOf(this.lines);
    this.rowStates = lines.map((i) => ({ ...NOTHING_SEEN, positive: this.pairs.logit(i, i) }));
    this.colStates = [...this.rowStates];
    this.parts = lines.map(() => NOTHING_SEEN);
    this.xGrad = lines.map(() => Array.from({ length: problem.embedDim }, () => 0));
    this.yGrad = structuredClone(this.xGrad);
  }

  run(): ContrastiveTrace {
    const { blockM, blockN } = this.tile;
    const { numRows } = this.problem;
    const rowBlocks = blocksOf(numRows, blockM);
    const colBlocks = blocksOf(numRows, blockN);
    if (this.isPairwise) {
      for (const rows of rowBlocks) for (const cols of colBlocks) this.pairsOf(rows, cols);
    } else {
      this.softmax(rowBlocks, colBlocks);
      for (const rows of rowBlocks) for (const cols of colBlocks) this.gradient('x', rows, cols);
    }
    // The gradient of y is x's kernel with x and y exchanged: it owns blockM columns and walks blockN rows.
    for (const cols of blocksOf(numRows, blockM)) {
      for (const rows of blocksOf(numRows, blockN)) this.gradient('y', rows, cols);
    }
    if (this.isPairwise) this.take({ phase: 'losses' });
    const weight = lineWeight(this.problem);
    const lines = this.isPairwise ? this.rowStates : [...this.rowStates, ...this.colStates];
    return {
      steps: this.steps,
      tiles: rowBlocks.flatMap((rows) => colBlocks.map((cols) => ({ rows, cols }))),
      loss: lines.reduce((sum, { loss = NaN }) => sum + weight * loss, 0),
    };
  }

  private get isPairwise(): boolean {
    return lossOf(this.problem.loss).pairwise;
  }

  /** The statistics and losses of all lines. */
  private softmax(rowBlocks: readonly Range[], colBlocks: readonly Range[]): void {
    const partsOfBlocks = rowBlocks.map((rows) => {
      this.parts = this.parts.map(() => NOTHING_SEEN);
      for (const cols of colBlocks) this.statistics(rows, cols);
      return this.parts;
    });
    for (const parts of partsOfBlocks) {
      this.colStates = this.colStates.map((state, j) => ({ ...state, ...merge(state, parts[j] ?? state) }));
    }
    this.take({ phase: 'merge' });
    this.rowStates = this.rowStates.map(finish);
    this.colStates = this.colStates.map(finish);
    this.take({ phase: 'losses' });
  }

  private get lines(): Range {
    return { first: 0, end: this.problem.numRows };
  }

  private statistics(rows: Range, cols: Range): void {
    const { pairs } = this;
    const tile = tileOf(rows, cols, (i, j) => pairs.logit(i, j));
    this.take({ phase: 'logits', rows, cols, tile });
    const negatives = tileOf(rows, cols, (i, j) => (pairs.isPositive(i, j) ? -Infinity : pairs.logit(i, j)));
    this.rowStates = this.rowStates.map((state, i) => ({
      ...state,
      ...advance(state, negatives[i - rows.first] ?? []),
    }));
    this.take({ phase: 'rows', rows, cols, tile });
    this.parts = this.parts.map((part, j) =>
      j < cols.first || j >= cols.end
        ? part
        : advance(
            part,
            negatives.map((row) => row[j - cols.first] ?? NaN),
          ),
    );
    this.take({ phase: 'columns', rows, cols, tile });
  }

  /** Every pair is a choice of its own: its loss, and its part in the gradient of x. */
  private pairsOf(rows: Range, cols: Range): void {
    const { pairs } = this;
    this.take({ phase: 'logits', rows, cols, tile: tileOf(rows, cols, (i, j) => pairs.logit(i, j)) });
    const losses = tileOf(rows, cols, (i, j) =>
      softplus(pairs.isPositive(i, j) ? -pairs.logit(i, j) : pairs.logit(i, j)),
    );
    this.rowStates = this.rowStates.map((state, i) => {
      const own = losses[i - rows.first] ?? [];
      return { ...state, loss: own.reduce((sum, one) => sum + one, state.loss ?? 0) };
    });
    this.gradient('x', rows, cols);
  }

  private gradient(of: 'x' | 'y', rows: Range, cols: Range): void {
    const tile = tileOf(rows, cols, (i, j) => this.weight(i, j));
    this.take({ phase: `${of}-weights`, rows, cols, tile });
    const { embedDim } = this.problem;
    const add = (sums: readonly number[], other: ArrayLike<number>, at: number, weight: number) =>
      sums.map((sum, d) => sum + weight * (other[at * embedDim + d] ?? NaN));
    const gradient = (of === 'x' ? this.xGrad : this.yGrad).map((sums) => [...sums]);
    for (const i of indicesOf(rows)) {
      for (const j of indicesOf(cols)) {
        const weight = tile[i - rows.first]?.[j - cols.first] ?? NaN;
        if (of === 'x') gradient[i] = add(gradient[i] ?? [], this.data.y, j, weight);
        else gradient[j] = add(gradient[j] ?? [], this.data.x, i, weight);
      }
    }
    if (of === 'x') this.xGrad = gradient;
    else this.yGrad = gradient;
    this.take({ phase: `${of}-gradient`, rows, cols, tile });
  }

  /** ∂loss / ∂⟨xᵢ, yⱼ⟩, over both directions where there are. */
  private weight(i: number, j: number): number {
    const { pairs, problem } = this;
    const z = pairs.logit(i, j);
    if (this.isPairwise) {
      const slope = pairs.isPositive(i, j) ? -sigmoid(-z) : sigmoid(z);
      return problem.logitScale * lineWeight(problem) * slope;
    }
    const slope = (state: LineState | undefined) => {
      const { lse = NaN } = state ?? {};
      // 1 − P from the negatives keeps its digits where the positive dominates.
      return pairs.isPositive(i, j) ? -weightOf(lseOf(state ?? NOTHING_SEEN), lse) : weightOf(z, lse);
    };
    return problem.logitScale * lineWeight(problem) * (slope(this.rowStates[i]) + slope(this.colStates[j]));
  }

  private take(step: Pick<ContrastiveStep, 'phase' | 'rows' | 'cols' | 'tile'>): void {
    const { rowStates, colStates, parts, xGrad, yGrad } = this;
    this.steps.push({ ...step, rowStates, colStates, parts, xGrad, yGrad });
  }
}

/** The lse over negatives and positive, and the loss of the line. */
function finish(state: LineState): LineState {
  const loss = softplus(lseOf(state) - state.positive);
  return { ...state, lse: state.positive + loss, loss };
}

const tileOf = (rows: Range, cols: Range, number: (i: number, j: number) => number): number[][] =>
  indicesOf(rows).map((i) => indicesOf(cols).map((j) => number(i, j)));
