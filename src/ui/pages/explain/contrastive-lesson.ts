import { lossOf } from '../../../operations/contrastive/losses/index.ts';
import type { StepPlace } from '../../../operations/contrastive/losses/lesson.ts';
import type { ContrastiveProblem } from '../../../operations/contrastive/problem.ts';
import { normals } from '../../../core/random.ts';
import { compare } from '../../../core/deviation.ts';
import {
  contrastiveTrace,
  type ContrastiveStep,
  type ContrastiveTrace,
  type LineState,
} from '../../../operations/contrastive/trace.ts';
import { blocksOf, type TileSize } from '../../../tile/trace-tiles.ts';
import { floatTensor } from '../../../core/tensor.ts';
import type { LabClient } from '../../../worker/api.ts';
import type { ContrastiveArgs } from '../../../operations/contrastive/api.ts';
import { contrastiveStates } from './contrastive-states.ts';
import type { Agreement, DrawnTile, Frame, Lesson, MatrixView, Progress } from './frame.ts';
import { isSame, rangeWords } from './numbers.ts';
import { contrastiveTraffic, tileParams } from './traffic.ts';

/** How far a row of y lies from its partner, in units of what is drawn at random. */
const NOISE = 0.8;

const isOfY = ({ phase }: ContrastiveStep): boolean => phase.startsWith('y-');
const isOfX = ({ phase }: ContrastiveStep): boolean => phase.startsWith('x-');

/** A loss with the gradients of both embeddings, step by step. */
export class ContrastiveLesson implements Lesson {
  private readonly trace: ContrastiveTrace;
  private readonly x: Float32Array;
  private readonly y: Float32Array;
  /** The largest weight of all tiles. */
  private readonly largestWeight: number;

  constructor(
    private readonly problem: ContrastiveProblem,
    private readonly tile: TileSize,
    seed: number,
  ) {
    const { numRows, embedDim } = problem;
    const raw = normals(numRows * embedDim, 2 * seed);
    const noise = normals(numRows * embedDim, 2 * seed + 1);
    this.x = unitRows(raw, embedDim);
    this.y = unitRows(
      raw.map((value, at) => value + NOISE * (noise[at] ?? 0)),
      embedDim,
    );
    this.trace = contrastiveTrace(problem, { x: this.x, y: this.y }, tile);
    const weights = this.trace.steps.flatMap((step) => (isOfX(step) ? (step.tile?.flat() ?? []) : []));
    this.largestWeight = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  }

  get steps(): number {
    return this.trace.steps.length;
  }

  frame(at: number): Frame {
    const { steps } = this.trace;
    const step = steps[at];
    if (!step) throw new RangeError(`step ${at} of ${steps.length}`);
    const { phase } = step;
    const { loss } = this.problem;
    const told = lossOf(loss).lesson?.[phase];
    if (told === undefined) throw new RangeError(`the lesson of ${loss} has no step '${phase}'`);
    return {
      phase,
      title: told.title(placeOf(step)),
      formula: told.formula,
      words: told.words,
      matrix: this.matrix(step, at),
      states: contrastiveStates(step, loss),
      excerpts: told.excerpts,
      traffic: contrastiveTraffic(this.problem, this.tile, steps, at),
    };
  }

  async run(lab: LabClient, signal: AbortSignal): Promise<Agreement> {
    const { problem, trace, x, y } = this;
    const { loss, numRows, embedDim, logitScale, logitBias } = problem;
    const shape = [numRows, embedDim];
    const args: ContrastiveArgs & { readonly reduction: 'mean' } = {
      ...{ loss, logitScale, reduction: 'mean', gradients: ['x', 'y'] },
      ...(logitBias !== undefined && { logitBias }),
      ...{ x: floatTensor(shape, x), y: floatTensor(shape, y) },
    };
    const result = await lab.contrastive(args, {
      variant: 'tiled',
      params: { ...tileParams(this.tile, embedDim), colsV: 1 },
      signal,
    });
    const end = trace.steps.at(-1);
    const difference = (name: string, actual: ArrayLike<number> = [], expected: readonly number[] = []) => ({
      name,
      ...compare([{ actual, expected }], Infinity, ''),
    });
    return {
      variant: result.run.variant,
      differences: [
        difference('loss', [result.loss], [trace.loss]),
        ...(lossOf(loss).pairwise
          ? []
          : [
              difference('rowLse', result.rowLse?.data, lsesOf(end?.rowStates)),
              difference('colLse', result.colLse?.data, lsesOf(end?.colStates)),
            ]),
        difference('xGrad', result.xGrad?.data, end?.xGrad.flat()),
        difference('yGrad', result.yGrad?.data, end?.yGrad.flat()),
      ],
    };
  }

  private matrix(step: ContrastiveStep, at: number): MatrixView {
    const { numRows, logitScale, logitBias = 0 } = this.problem;
    const isWeights = isOfX(step) || isOfY(step);
    const scale = isWeights ? this.largestWeight : logitScale + Math.abs(logitBias);
    return {
      numRows,
      numCols: numRows,
      rowName: 'x',
      colName: 'y',
      tiles: this.tilesOf(step, at),
      ...(step.tile && { numbers: step.tile }),
      tint: (value) => (scale === 0 ? 0 : value / scale),
      isHidden: () => false,
      isMarked: (row, col) => row === col,
      rowProgress: step.rowStates.map(({ lse }, i) => this.progress(step, 'x', i, lse)),
      colProgress: step.colStates.map(({ lse }, j) => this.progress(step, 'y', j, lse)),
    };
  }

  /** The walk at hand: for the statistics, for x or for y, each over the whole matrix. */
  private tilesOf(step: ContrastiveStep, at: number): DrawnTile[] {
    const { numRows } = this.problem;
    const { blockM, blockN } = this.tile;
    const [high, wide] = isOfY(step) ? [blockN, blockM] : [blockM, blockN];
    const first = isOfY(step) ? 'y-weights' : isOfX(step) ? 'x-weights' : 'logits';
    return blocksOf(numRows, high).flatMap((rows) =>
      blocksOf(numRows, wide).map((cols): DrawnTile => {
        const target = this.trace.steps.findIndex(
          (one) => one.phase === first && isSame(one.rows, rows) && isSame(one.cols, cols),
        );
        const isCurrent = step.rows !== undefined && isSame(step.rows, rows) && isSame(step.cols, cols);
        return { rows, cols, state: isCurrent ? 'current' : target < at ? 'done' : 'ahead', step: target };
      }),
    );
  }

  /** The progress of a row or column: of its statistics until the losses are known, then of its gradient. */
  private progress(step: ContrastiveStep, side: 'x' | 'y', line: number, lse: number | undefined): Progress {
    const isPairwise = lossOf(this.problem.loss).pairwise;
    if (isPairwise && step.phase === 'losses') return 'final';
    if (lse === undefined && !isPairwise) {
      const states = side === 'x' ? step.rowStates : step.phase === 'merge' ? step.colStates : step.parts;
      return (states[line]?.total ?? 0) > 0 ? 'running' : 'nothing';
    }
    if (side === 'x' && isOfY(step)) return 'final';
    const gradient = side === 'x' ? step.xGrad : step.yGrad;
    const own = side === 'x' ? step.rows : step.cols;
    if (gradient[line]?.every((value) => value === 0) !== false) return 'nothing';
    return own !== undefined && line < own.first ? 'final' : 'running';
  }
}

function placeOf({ rows, cols }: ContrastiveStep): StepPlace {
  const [ofX, ofY] = [rows, cols].map((range) => (range ? `rows ${rangeWords(range)}` : ''));
  const tile = rows && cols ? `rows ${rangeWords(rows)}, columns ${rangeWords(cols)}` : '';
  return { tile, ofX: ofX ?? '', ofY: ofY ?? '' };
}

const lsesOf = (states: readonly LineState[] = []): number[] => states.map(({ lse = NaN }) => lse);

function unitRows(values: Float32Array, embedDim: number): Float32Array {
  return values.map((value, at) => {
    const start = at - (at % embedDim);
    return value / Math.hypot(...values.subarray(start, start + embedDim));
  });
}
