import type { DataArray } from '../../../core/dtype.ts';
import { lossOf, type Loss } from '../losses/index.ts';
import type { ContrastiveLoss } from '../losses/loss.ts';
import { numOwnCols, type ContrastiveProblem } from '../problem.ts';
import type { Arrays } from '../../../core/variant.ts';
import type { Kind } from './line.ts';
import { lineLoss, zSlope } from './line-loss.ts';
import { Pairs, type ContrastiveData } from './pairs.ts';
import { throughNormalisation } from '../reference.ts';
import { pickRows } from '../../../core/sample.ts';

export interface SampledComparison {
  readonly output: string;
  readonly actual: ArrayLike<number>;
  readonly expected: ArrayLike<number>;
  /** Not of the sampled rows, but of all. */
  readonly whole?: boolean;
}

/**
 * Every link of the chain on its own, where the whole would take too long: sampled rows and columns of the lse from
 * the inputs, the loss and sampled gradient rows from the statistics that were found.
 */
export function sampledComparisons(
  problem: ContrastiveProblem,
  data: ContrastiveData,
  outputs: Arrays,
  rows: readonly number[],
): { comparisons: SampledComparison[]; unchecked: string[] } {
  const chain = new Chain(new Pairs(problem, data), outputs);
  const checks: [string, () => SampledComparison | undefined][] = [
    ['loss', () => chain.loss(rows)],
    ['rowLse', () => chain.rowLse(rows)],
    ['colLse', () => chain.colLse(rows)],
    ['teacherLse', () => chain.teacherLse(rows)],
    ['xGrad', () => chain.xGrad(rows)],
    ['yGrad', () => chain.yGrad(rows)],
    ['logitScaleGrad', () => chain.scaleGrad()],
    ['logitBiasGrad', () => undefined],
  ];
  const comparisons: SampledComparison[] = [];
  const unchecked: string[] = [];
  for (const [name, check] of checks) {
    if (outputs[name] === undefined) continue;
    const comparison = check();
    if (comparison === undefined) unchecked.push(name);
    else comparisons.push(comparison);
  }
  return { comparisons, unchecked };
}

class Chain {
  private readonly named: ContrastiveLoss<Loss>;
  private readonly weights: Float64Array | undefined;
  private readonly classSizes = new Map<number, number>();

  constructor(
    private readonly pairs: Pairs,
    private readonly outputs: Arrays,
  ) {
    const { problem, data } = pairs;
    this.named = lossOf(problem.loss);
    this.weights = this.named.positiveWeights?.(pairs.positiveSimilarities(), problem.sigma).weights;
    if (this.named.labels === 'classes') {
      for (const key of Array.from(data.columnLabels ?? data.labels ?? [])) {
        this.classSizes.set(key, (this.classSizes.get(key) ?? 0) + 1);
      }
    }
  }

  /** From the lse that was found, where it tells the loss; else from the inputs, of rows that have a loss each. */
  loss(rows: readonly number[]): SampledComparison | undefined {
    const { reduction, numRows, labelSmoothing, labelSets, zLoss = 0 } = this.pairs.problem;
    const { fromLse, symmetric } = this.named;
    const actual = this.output('loss');
    if (fromLse === undefined || labelSmoothing !== undefined || labelSets !== undefined) {
      if (reduction !== 'none' || symmetric) return undefined;
      const exact = (i: number) => this.pairs.weight(i) * this.rowLoss(i).loss;
      return { output: 'loss', actual: pickRows(actual, 1, rows), expected: rows.map(exact) };
    }
    const term = (i: number): number => {
      const z = this.pairs.logit(i, this.pairs.positiveOf(i));
      const of = (lse: number, pull: number) => fromLse(lse, z, pull) + zLoss * lse ** 2;
      const row = of(this.lse('rowLse', i), this.weights?.[i] ?? 1);
      return this.pairs.weight(i) * (row + (symmetric ? of(this.lse('colLse', i), 1) : 0));
    };
    if (reduction === 'none') {
      return { output: 'loss', actual: pickRows(actual, 1, rows), expected: rows.map(term) };
    }
    let sum = 0;
    for (let i = 0; i < numRows; i++) sum += term(i);
    return { output: 'loss', actual, expected: [sum], whole: true };
  }

  private rowLoss(i: number) {
    const { labelSmoothing = 0, zLoss } = this.pairs.problem;
    return lineLoss(this.named, this.pairs.row(i), { labelSmoothing, zLoss, pull: this.weights?.[i] });
  }

  rowLse(rows: readonly number[]): SampledComparison {
    const expected = rows.map((i) => this.rowLoss(i).lse ?? NaN);
    return { output: 'rowLse', actual: pickRows(this.output('rowLse'), 1, rows), expected };
  }

  colLse(rows: readonly number[]): SampledComparison {
    const { labelSmoothing = 0 } = this.pairs.problem;
    const expected = rows.map((j) => this.named.line(this.pairs.column(j), { labelSmoothing }).lse ?? NaN);
    return { output: 'colLse', actual: pickRows(this.output('colLse'), 1, rows), expected };
  }

  teacherLse(rows: readonly number[]): SampledComparison {
    const expected = rows.map((i) => this.pairs.teacherLse(i));
    return { output: 'teacherLse', actual: pickRows(this.output('teacherLse'), 1, rows), expected };
  }

  xGrad(rows: readonly number[]): SampledComparison | undefined {
    const { problem, data, xNorm, yNorm } = this.pairs;
    if (!this.slopesKnown()) return undefined;
    const { numCols } = problem;
    const gradient = this.rowsOfGradient(rows, data.x, xNorm, (i, add) => {
      for (let j = 0; j < numCols; j++) add(this.slope(i, j), data.y, yNorm, j);
      if (problem.oneTensor === true) {
        for (let j = 0; j < numCols; j++) add(this.slope(j, i), data.x, xNorm, j);
      }
    });
    return {
      output: 'xGrad',
      actual: pickRows(this.output('xGrad'), problem.embedDim, rows),
      expected: gradient,
    };
  }

  yGrad(rows: readonly number[]): SampledComparison | undefined {
    const { problem, data, xNorm, yNorm } = this.pairs;
    if (!this.slopesKnown()) return undefined;
    const cols = rows.filter((j) => j < numOwnCols(problem));
    const gradient = this.rowsOfGradient(cols, data.y, yNorm, (j, add) => {
      for (let i = 0; i < problem.numRows; i++) add(this.slope(i, j), data.x, xNorm, i);
    });
    return {
      output: 'yGrad',
      actual: pickRows(this.output('yGrad'), problem.embedDim, cols),
      expected: gradient,
    };
  }

  /** `Σ ⟨xᵢ, dxᵢ⟩ / logitScale`: where logits are linear in both, of one scale. */
  scaleGrad(): SampledComparison | undefined {
    const { problem, data } = this.pairs;
    const { xGrad } = this.outputs;
    const { normalize, rowScales, margin, logitScale, oneTensor, rowNegatives, softcap } = problem;
    const linear =
      normalize !== true &&
      rowScales !== true &&
      margin === undefined &&
      softcap === undefined &&
      this.weights === undefined &&
      rowNegatives === undefined;
    if (xGrad === undefined || !linear) return undefined;
    let sum = 0;
    for (let at = 0; at < data.x.length; at++) sum += (data.x[at] ?? NaN) * (xGrad[at] ?? NaN);
    // Losses of one tensor count each pair from both sides.
    const expected = [sum / logitScale / (oneTensor === true ? 2 : 1)];
    return { output: 'logitScaleGrad', actual: this.output('logitScaleGrad'), expected, whole: true };
  }

  /** How many candidates a line has, and the slope of weights of positives, would take the whole matrix. */
  private slopesKnown(): boolean {
    const { labelSmoothing, ids, falseNegativeMargin, rowNegatives } = this.pairs.problem;
    return (
      this.weights === undefined &&
      rowNegatives === undefined &&
      (labelSmoothing === undefined || (ids !== true && falseNegativeMargin === undefined))
    );
  }

  /** ∂loss / ∂similarity of one pair, from the lse that was found. */
  private slope(i: number, j: number): number {
    const { pairs } = this;
    const { problem } = pairs;
    const kind = pairs.kind(i, j);
    if (kind === 'hidden') return 0;
    const z = pairs.logit(i, j);
    const row = pairs.weight(i) * this.lineSlope(i, j, z, kind, this.lse('rowLse', i), i, problem.numCols);
    const column =
      this.named.symmetric && j < problem.numRows
        ? pairs.weight(j) * this.lineSlope(i, j, z, kind, this.lse('colLse', j), j, problem.numRows)
        : 0;
    return pairs.scale(i) * pairs.bend(i, pairs.similarity(i, j)) * (row + column);
  }

  private lineSlope(
    i: number,
    j: number,
    logit: number,
    kind: Kind,
    lse: number,
    line: number,
    others: number,
  ): number {
    const { labelSmoothing = 0, falseNegativeMargin, oneTensor, zLoss = 0 } = this.pairs.problem;
    if (kind === 'negative' && falseNegativeMargin !== undefined) {
      const positive = this.named.symmetric
        ? this.pairs.similarity(line, line)
        : this.pairs.similarity(i, this.pairs.positiveOf(i));
      if (this.pairs.similarity(i, j) > positive + falseNegativeMargin) return 0;
    }
    const spread = labelSmoothing / (others - (oneTensor === true ? 1 : 0));
    const key = this.pairs.data.labels?.[i] ?? NaN;
    const positives = this.named.labels === 'classes' ? this.positivesOf(key) : 1;
    const target = this.pairs.target(i, j, this.lse('teacherLse', i));
    const share = target === undefined ? {} : { target };
    const slope = this.named.slope({ logit, kind, lse, positives, labelSmoothing, spread, ...share });
    return slope + (zLoss === 0 ? 0 : zSlope(zLoss, lse, logit));
  }

  /** How many positives a row of a class has: all of the class but the row itself, if it is among the columns. */
  private positivesOf(key: number): number {
    const members = this.classSizes.get(key) ?? 0;
    return this.pairs.problem.oneTensor === true ? members - 1 : members;
  }

  private rowsOfGradient(
    rows: readonly number[],
    own: ArrayLike<number>,
    norms: Float64Array,
    each: (
      row: number,
      add: (slope: number, others: ArrayLike<number>, norms: Float64Array, other: number) => void,
    ) => void,
  ): Float64Array {
    const { embedDim } = this.pairs.problem;
    const gradient = new Float64Array(rows.length * embedDim);
    rows.forEach((row, place) => {
      const sums = gradient.subarray(place * embedDim, (place + 1) * embedDim);
      each(row, (slope, others, otherNorms, other) => {
        const factor = slope * (otherNorms[other] ?? NaN);
        for (let d = 0; d < embedDim; d++) {
          sums[d] = (sums[d] ?? NaN) + factor * (others[other * embedDim + d] ?? NaN);
        }
      });
    });
    if (this.pairs.problem.normalize === true) {
      const packed = Float64Array.from(
        rows.flatMap((row) => Array.from({ length: embedDim }, (_, d) => own[row * embedDim + d] ?? NaN)),
      );
      throughNormalisation(
        gradient,
        packed,
        Float64Array.from(rows, (row) => norms[row] ?? NaN),
        embedDim,
      );
    }
    return gradient;
  }

  private lse(name: 'rowLse' | 'colLse' | 'teacherLse', line: number): number {
    return this.outputs[name]?.[line] ?? NaN;
  }

  private output(name: string): DataArray {
    return this.outputs[name] ?? new Float32Array();
  }
}
