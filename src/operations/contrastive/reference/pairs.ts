import { DROPPED } from '../dropped-rows.ts';
import { lossOf } from '../losses/index.ts';
import type { OptionValues } from '../options/fields.ts';
import { hasTargets, lineWeight, type ContrastiveProblem } from '../problem.ts';
import { logSumExp, type Kind, type Line } from './line.ts';

type Numbers = ArrayLike<number>;

/** The tensors of a problem, and the data of its options. */
export interface ContrastiveData extends OptionValues {
  readonly x: Numbers;
  /** x once more for losses of one tensor. */
  readonly y: Numbers;
}

const at = (values: Numbers, index: number): number => values[index] ?? NaN;

/** Rows against columns in float64: what is a positive of what, and how similar. */
export class Pairs {
  /** 1 / length of each row of x and of y; 1 where nothing is normalised. */
  readonly xNorm: Float64Array;
  readonly yNorm: Float64Array;

  constructor(
    readonly problem: ContrastiveProblem,
    readonly data: ContrastiveData,
  ) {
    this.xNorm = this.inverseLengths(data.x, problem.numRows);
    this.yNorm = this.inverseLengths(data.y, problem.numCols);
  }

  /** `⟨xᵢ, yⱼ⟩`, of normalised rows if that was asked for. */
  similarity(i: number, j: number): number {
    const { embedDim } = this.problem;
    let dot = 0;
    for (let d = 0; d < embedDim; d++) {
      dot += at(this.data.x, i * embedDim + d) * at(this.data.y, j * embedDim + d);
    }
    return at(this.xNorm, i) * at(this.yNorm, j) * dot;
  }

  scale(i: number): number {
    return this.data.scales === undefined ? this.problem.logitScale : at(this.data.scales, i);
  }

  /** The weight of the term of row i, and of column i, in the loss. */
  weight(line: number): number {
    const { rowWeights } = this.data;
    return (
      lineWeight(this.problem) * this.share(line) * (rowWeights === undefined ? 1 : at(rowWeights, line))
    );
  }

  /** How often a row counts in a softmax: once for each of its labels that are kept. The mean is over all that are. */
  private share(row: number): number {
    const { ignoreIndex, numRows, reduction, labelSets = 1 } = this.problem;
    if (lossOf(this.problem.loss).pairwise) return 1;
    if (ignoreIndex === undefined && this.problem.labelSets === undefined) return 1;
    const kept = this.keptLabels(row).length;
    if (kept === 0) return 0;
    return reduction === 'mean' ? (kept * numRows) / at(this.data.labels ?? [], numRows * labelSets) : kept;
  }

  /** `scaleᵢ (similarity − margin of a positive) + bias`, capped. */
  logit(i: number, j: number): number {
    const { margin = 0, logitBias = 0 } = this.problem;
    const leverage = this.similarity(i, j) - (this.isPositive(i, j) ? margin : 0);
    return this.capped(this.scale(i) * leverage) + logitBias;
  }

  private capped(logit: number): number {
    const { softcap: cap } = this.problem;
    return cap === undefined ? logit : cap * Math.tanh(logit / cap);
  }

  /** The slope of the softcap at a logit of row i with this similarity. */
  bend(i: number, similarity: number): number {
    const { softcap: cap } = this.problem;
    return cap === undefined ? 1 : 1 / Math.cosh((this.scale(i) * similarity) / cap) ** 2;
  }

  isPositive(i: number, j: number): boolean {
    const { oneTensor, numRows } = this.problem;
    const { labels, columnLabels } = this.data;
    if (hasTargets(this.problem)) return false;
    if (columnLabels !== undefined) return at(labels ?? [], i) === at(columnLabels, j);
    if (oneTensor !== true) return this.positiveOf(i) === j;
    return i !== j && (labels ? at(labels, i) === at(labels, j) : Math.abs(i - j) === numRows / 2);
  }

  /** Whether each row has one positive in its loss: not of classes, of spread targets, and of pairs that are choices of their own. */
  get hasOnePositive(): boolean {
    const { pairwise, labels } = lossOf(this.problem.loss);
    return !pairwise && labels !== 'classes' && !hasTargets(this.problem);
  }

  /** The one positive of a row, for losses that have one; of a dropped row, which has no weight, the first column. */
  positiveOf(i: number): number {
    const { oneTensor, numRows } = this.problem;
    if (oneTensor === true) return (i + numRows / 2) % numRows;
    if (this.data.labels === undefined) return i;
    const label = at(this.data.labels, i);
    return this.problem.ignoreIndex !== undefined && label === DROPPED ? 0 : label;
  }

  /** The similarity of each row and its one positive. */
  positiveSimilarities(): Float64Array {
    return Float64Array.from({ length: this.problem.numRows }, (_, i) =>
      this.similarity(i, this.positiveOf(i)),
    );
  }

  /** The part that the pair plays in the row, false negatives aside. */
  kind(i: number, j: number): Kind {
    if (this.isPositive(i, j)) return 'positive';
    if (this.problem.oneTensor === true && i === j) return 'hidden';
    const { ids } = this.data;
    const item = this.problem.oneTensor === true ? i : this.positiveOf(i);
    return ids !== undefined && at(ids, item) === at(ids, j) ? 'hidden' : 'negative';
  }

  /** Everything a row meets: all columns, then the negatives of its own. */
  row(i: number): Line {
    const { numCols, rowNegatives = 0, falseNegativeMargin = Infinity } = this.problem;
    const line = this.line((j) => [i, j], numCols, this.positiveOf(i));
    if (hasTargets(this.problem)) return { ...line, targets: this.targets(i) };
    if (rowNegatives === 0) return line;
    const own = Array.from({ length: rowNegatives }, (_, k) => this.ownNegative(i, k).similarity);
    const limit = this.similarity(i, this.positiveOf(i)) + falseNegativeMargin;
    return {
      logits: Float64Array.from([
        ...line.logits,
        ...own.map((similarity) => this.capped(this.scale(i) * similarity)),
      ]),
      kinds: [...line.kinds, ...own.map((similarity) => (similarity > limit ? 'hidden' : 'negative'))],
    };
  }

  /** The labels of a row that are not dropped. */
  private keptLabels(i: number): number[] {
    const { labelSets = 1 } = this.problem;
    const { labels = [] } = this.data;
    return Array.from({ length: labelSets }, (_, set) => at(labels, i * labelSets + set)).filter(
      (label) => label !== DROPPED,
    );
  }

  /** The share of a column in the target of a row, where a teacher's lse is known. */
  target(i: number, j: number, teacherLse: number): number | undefined {
    if (!hasTargets(this.problem)) return undefined;
    if (this.problem.labelSets === undefined) return Math.exp(this.taught(i, j) - teacherLse);
    const labels = this.keptLabels(i);
    return labels.length === 0 ? 0 : labels.filter((label) => label === j).length / labels.length;
  }

  /** The teacher's logit of a pair. */
  taught(i: number, j: number): number {
    const { teacherDim = 0, teacherScale = NaN } = this.problem;
    const { teacherX = [], teacherY = [] } = this.data;
    let dot = 0;
    for (let d = 0; d < teacherDim; d++)
      dot += at(teacherX, i * teacherDim + d) * at(teacherY, j * teacherDim + d);
    return teacherScale * dot;
  }

  private teacherLogits(i: number): Float64Array {
    return Float64Array.from({ length: this.problem.numCols }, (_, j) => this.taught(i, j));
  }

  teacherLse(i: number): number {
    return logSumExp(this.teacherLogits(i));
  }

  /** The share of each column in the target of a row. */
  private targets(i: number): Float64Array {
    if (this.problem.labelSets !== undefined) {
      const shares = new Float64Array(this.problem.numCols);
      const labels = this.keptLabels(i);
      for (const label of labels) shares[label] = at(shares, label) + 1 / labels.length;
      return shares;
    }
    const logits = this.teacherLogits(i);
    const lse = logSumExp(logits);
    return logits.map((t) => Math.exp(t - lse));
  }

  /** Negative k of row i alone, normalised if that was asked for. */
  ownNegative(i: number, k: number): { similarity: number; vector: number[] } {
    const { embedDim, rowNegatives = 0, normalize } = this.problem;
    const start = (i * rowNegatives + k) * embedDim;
    const raw = Array.from({ length: embedDim }, (_, d) => at(this.data.rowNegatives ?? [], start + d));
    const length = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0));
    const norm = normalize !== true ? 1 : length === 0 ? 0 : 1 / length;
    const vector = raw.map((value) => norm * value);
    const dot = vector.reduce((sum, value, d) => sum + value * at(this.data.x, i * embedDim + d), 0);
    return { similarity: at(this.xNorm, i) * dot, vector };
  }

  /** Everything column j < numRows meets: of a symmetric loss, where its positive is row j. */
  column(j: number): Line {
    return this.line((i) => [i, j], this.problem.numRows, j);
  }

  private line(pairOf: (other: number) => readonly [number, number], count: number, positive: number): Line {
    const { falseNegativeMargin } = this.problem;
    const limit =
      falseNegativeMargin === undefined
        ? Infinity
        : this.similarity(...pairOf(positive)) + falseNegativeMargin;
    const logits = new Float64Array(count);
    const kinds: Kind[] = [];
    for (let other = 0; other < count; other++) {
      const pair = pairOf(other);
      const kind = this.kind(...pair);
      kinds.push(kind === 'negative' && this.similarity(...pair) > limit ? 'hidden' : kind);
      logits[other] = this.logit(...pair);
    }
    return { logits, kinds };
  }

  private inverseLengths(rows: Numbers, count: number): Float64Array {
    const { embedDim, normalize } = this.problem;
    return Float64Array.from({ length: count }, (_, i) => {
      if (normalize !== true) return 1;
      let squares = 0;
      for (let d = 0; d < embedDim; d++) squares += at(rows, i * embedDim + d) ** 2;
      return squares === 0 ? 0 : 1 / Math.sqrt(squares);
    });
  }
}
