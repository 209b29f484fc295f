import type { DataArray } from '../../../core/dtype.ts';
import { TRAITS } from '../losses.ts';
import { lineWeight, numOwnCols, type ContrastiveProblem } from '../problem.ts';
import type { Arrays } from '../../../core/variant.ts';
import { Pairs, positiveWeights, sigmoid, softmaxLoss, type ContrastiveData, type Kind } from './pairs.ts';
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
  private readonly weight: number;
  private readonly weights: Float64Array | undefined;
  private readonly classSizes = new Map<number, number>();

  constructor(
    private readonly pairs: Pairs,
    private readonly outputs: Arrays,
  ) {
    const { problem, data } = pairs;
    this.weight = lineWeight(problem);
    this.weights = problem.loss === 'dclw' ? positiveWeights(pairs).weights : undefined;
    if (TRAITS[problem.loss].classes) {
      for (const key of Array.from(data.keys ?? [])) {
        this.classSizes.set(key, (this.classSizes.get(key) ?? 0) + 1);
      }
    }
  }

  /** From the lse that was found: a softmax loss with one positive and nothing spread. */
  loss(rows: readonly number[]): SampledComparison | undefined {
    const { problem } = this.pairs;
    const { reduction, numRows, labelSmoothing, loss } = problem;
    const { symmetric, classes, sigmoid: binary, decoupled } = TRAITS[loss];
    const actual = this.output('loss');
    const term = (i: number): number => {
      const z = this.pairs.logit(i, this.pairs.positiveOf(i));
      const pull = this.weights?.[i] ?? 1;
      const lse = this.lse('rowLse', i);
      const row = decoupled && lse === -Infinity ? 0 : lse - pull * z;
      return this.weight * (row + (symmetric ? this.lse('colLse', i) - z : 0));
    };
    if (binary || classes || labelSmoothing !== undefined) {
      if (reduction !== 'none' || symmetric) return undefined;
      const exact = (i: number) => this.weight * softmaxLoss(problem, this.pairs.row(i)).loss;
      return binary
        ? undefined
        : { output: 'loss', actual: pickRows(actual, 1, rows), expected: rows.map(exact) };
    }
    if (reduction === 'none') {
      return { output: 'loss', actual: pickRows(actual, 1, rows), expected: rows.map(term) };
    }
    let sum = 0;
    for (let i = 0; i < numRows; i++) sum += term(i);
    return { output: 'loss', actual, expected: [sum], whole: true };
  }

  rowLse(rows: readonly number[]): SampledComparison {
    const { problem } = this.pairs;
    const expected = rows.map((i) => softmaxLoss(problem, this.pairs.row(i)).lse);
    return { output: 'rowLse', actual: pickRows(this.output('rowLse'), 1, rows), expected };
  }

  colLse(rows: readonly number[]): SampledComparison {
    const { problem } = this.pairs;
    const expected = rows.map((j) => softmaxLoss(problem, this.pairs.column(j)).lse);
    return { output: 'colLse', actual: pickRows(this.output('colLse'), 1, rows), expected };
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
    const { normalize, rowScales, margin, logitScale, oneTensor, loss, rowNegatives } = problem;
    const linear =
      normalize !== true &&
      rowScales !== true &&
      margin === undefined &&
      loss !== 'dclw' &&
      rowNegatives === undefined;
    if (xGrad === undefined || !linear) return undefined;
    let sum = 0;
    for (let at = 0; at < data.x.length; at++) sum += (data.x[at] ?? NaN) * (xGrad[at] ?? NaN);
    // Of one tensor, the gradient is that of both sides.
    const expected = [sum / logitScale / (oneTensor === true ? 2 : 1)];
    return { output: 'logitScaleGrad', actual: this.output('logitScaleGrad'), expected, whole: true };
  }

  /** How many candidates a line has, and the slope of dclw's weights, would take the whole matrix. */
  private slopesKnown(): boolean {
    const { labelSmoothing, ids, falseNegativeMargin, loss, rowNegatives } = this.pairs.problem;
    return (
      loss !== 'dclw' &&
      rowNegatives === undefined &&
      (labelSmoothing === undefined || (ids !== true && falseNegativeMargin === undefined))
    );
  }

  /** ∂loss / ∂similarity of one pair, from the lse that was found. */
  private slope(i: number, j: number): number {
    const { pairs, weight } = this;
    const { problem } = pairs;
    const { symmetric, sigmoid: binary } = TRAITS[problem.loss];
    const kind = pairs.kind(i, j);
    if (kind === 'hidden') return 0;
    const z = pairs.logit(i, j);
    const factor = weight * pairs.scale(i);
    if (binary) return factor * (kind === 'positive' ? -sigmoid(-z) : sigmoid(z));
    const row = this.lineSlope(i, j, z, kind, this.lse('rowLse', i), i, problem.numCols);
    const column =
      symmetric && j < problem.numRows
        ? this.lineSlope(i, j, z, kind, this.lse('colLse', j), j, problem.numRows)
        : 0;
    return factor * (row + column);
  }

  private lineSlope(
    i: number,
    j: number,
    z: number,
    kind: Kind,
    lse: number,
    line: number,
    others: number,
  ): number {
    const { problem } = this.pairs;
    const { labelSmoothing = 0, falseNegativeMargin, oneTensor } = problem;
    const { classes, decoupled, symmetric } = TRAITS[problem.loss];
    if (kind === 'negative' && falseNegativeMargin !== undefined) {
      const positive = symmetric
        ? this.pairs.similarity(line, line)
        : this.pairs.similarity(i, this.pairs.positiveOf(i));
      if (this.pairs.similarity(i, j) > positive + falseNegativeMargin) return 0;
    }
    const spread = labelSmoothing / (others - (oneTensor === true ? 1 : 0));
    if (classes) {
      const positives = (this.classSizes.get(this.pairs.data.keys?.[i] ?? NaN) ?? 1) - 1;
      if (positives === 0) return 0;
      return Math.exp(z - lse) - (kind === 'positive' ? 1 / positives : 0);
    }
    if (kind === 'negative') return Math.exp(z - lse) - spread;
    if (decoupled) return lse === -Infinity ? 0 : -1;
    return Math.expm1(z - lse) + labelSmoothing - spread; // expm1 keeps 1 − P where the positive dominates
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

  private lse(name: 'rowLse' | 'colLse', line: number): number {
    return this.outputs[name]?.[line] ?? NaN;
  }

  private output(name: string): DataArray {
    return this.outputs[name] ?? new Float32Array();
  }
}
