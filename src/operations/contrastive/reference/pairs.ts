import { TRAITS } from '../losses.ts';
import { DEFAULT_SIGMA, type ContrastiveProblem } from '../problem.ts';

type Numbers = ArrayLike<number>;

/** The tensors of a problem, and what is known of each line: rows first, then columns where there is a y. */
export interface ContrastiveData {
  readonly x: Numbers;
  /** x once more for losses of one tensor. */
  readonly y: Numbers;
  readonly keys?: Numbers | undefined;
  readonly ids?: Numbers | undefined;
  readonly scales?: Numbers | undefined;
  /** [N, K, D] */
  readonly rowNegatives?: Numbers | undefined;
}

export type Kind = 'positive' | 'negative' | 'hidden';

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

  /** `scaleᵢ (similarity − margin of a positive) + bias`. */
  logit(i: number, j: number): number {
    const { margin = 0, logitBias = 0 } = this.problem;
    const leverage = this.similarity(i, j) - (this.isPositive(i, j) ? margin : 0);
    return this.scale(i) * leverage + logitBias;
  }

  isPositive(i: number, j: number): boolean {
    const { oneTensor, numRows } = this.problem;
    if (oneTensor === true && i === j) return false;
    const { keys } = this.data;
    if (keys !== undefined) return at(keys, i) === at(keys, this.lineOfColumn(j));
    return oneTensor === true ? Math.abs(i - j) === numRows / 2 : i === j;
  }

  /** The one positive of a row, for losses that have one. */
  positiveOf(i: number): number {
    const { oneTensor, numRows } = this.problem;
    if (oneTensor === true) return (i + numRows / 2) % numRows;
    return this.data.keys === undefined ? i : at(this.data.keys, i);
  }

  /** What the pair is to the row, but for false negatives. */
  kind(i: number, j: number): Kind {
    if (this.isPositive(i, j)) return 'positive';
    if (this.problem.oneTensor === true && i === j) return 'hidden';
    const { ids } = this.data;
    return ids !== undefined && at(ids, i) === at(ids, this.lineOfColumn(j)) ? 'hidden' : 'negative';
  }

  /** Everything a row meets: all columns, then the negatives of its own. */
  row(i: number): Line {
    const { numCols, rowNegatives = 0, falseNegativeMargin = Infinity } = this.problem;
    const line = this.line((j) => [i, j], numCols, this.positiveOf(i));
    if (rowNegatives === 0) return line;
    const own = Array.from({ length: rowNegatives }, (_, k) => this.ownNegative(i, k).similarity);
    const limit = this.similarity(i, this.positiveOf(i)) + falseNegativeMargin;
    return {
      logits: Float64Array.from([...line.logits, ...own.map((similarity) => this.scale(i) * similarity)]),
      kinds: [...line.kinds, ...own.map((similarity) => (similarity > limit ? 'hidden' : 'negative'))],
    };
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
    const { falseNegativeMargin, loss } = this.problem;
    const single = !TRAITS[loss].classes && !TRAITS[loss].sigmoid;
    const limit =
      falseNegativeMargin === undefined || !single
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

  private lineOfColumn(j: number): number {
    return this.problem.oneTensor === true ? j : this.problem.numRows + j;
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

/** A row or a column: its logits, and what they are to it. */
export interface Line {
  readonly logits: Float64Array;
  readonly kinds: readonly Kind[];
}

export interface Softmax {
  readonly lse: number;
  readonly loss: number;
  /** ∂loss / ∂logit. */
  readonly slopes: Float64Array;
}

/** `log Σ exp`, with the maximum taken out; −∞ of nothing. */
export function logSumExp(logits: Float64Array): number {
  const peak = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  if (peak === -Infinity) return peak;
  return peak + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - peak), 0));
}

/**
 * The loss of one line, unweighted: `lse − mean of the positives' logits`, with the lse over negatives and, unless
 * decoupled, positives; smoothed by ε: `+ ε (positive − mean of all)`. Without positives, or decoupled without
 * negatives, 0.
 * @param pull decoupled: how much the positive counts, 1 but for dclw
 */
export function softmaxLoss(
  { loss: name, labelSmoothing = 0 }: ContrastiveProblem,
  { logits, kinds }: Line,
  pull = 1,
): Softmax {
  const { decoupled } = TRAITS[name];
  const slopes = new Float64Array(logits.length);
  const negatives = logSumExp(logits.filter((_, j) => kinds[j] === 'negative'));
  const chosen = logits.filter((_, j) => kinds[j] === 'positive');
  const mean = chosen.reduce((sum, z) => sum + z, 0) / chosen.length;
  if (chosen.length === 0 || (decoupled && negatives === -Infinity))
    return { lse: negatives, loss: 0, slopes };
  if (decoupled) {
    logits.forEach((z, j) => {
      if (kinds[j] === 'negative') slopes[j] = Math.exp(z - negatives);
      if (kinds[j] === 'positive') slopes[j] = -pull;
    });
    return { lse: negatives, loss: negatives - pull * mean, slopes };
  }
  const positives = logSumExp(chosen);
  // From the negatives' side, which keeps the digits of 1 − P where a positive dominates.
  const excess = softplus(negatives - positives);
  const lse = positives + excess;
  const share = Math.exp(negatives - lse);
  const candidates = logits.filter((_, j) => kinds[j] !== 'hidden');
  const spread = labelSmoothing / candidates.length;
  logits.forEach((z, j) => {
    if (kinds[j] === 'negative') slopes[j] = Math.exp(z - lse) - spread;
    if (kinds[j] === 'positive') {
      const among = Math.exp(z - positives);
      slopes[j] = among - 1 / chosen.length - share * among + labelSmoothing - spread;
    }
  });
  const smooth = candidates.reduce((sum, z) => sum + z, 0) / candidates.length;
  return { lse, loss: excess + positives - mean + labelSmoothing * (mean - smooth), slopes };
}

export const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
export const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/**
 * dclw: `wᵢ = 2 − N softmax(positive similarity / σ)ᵢ` of every row.
 * Yeh et al., "Decoupled Contrastive Learning" (2022), with the gradient through the weights.
 */
export function positiveWeights(pairs: Pairs): { weights: Float64Array; shares: Float64Array } {
  const { numRows, sigma = DEFAULT_SIGMA } = pairs.problem;
  const affinities = Float64Array.from(
    { length: numRows },
    (_, i) => pairs.similarity(i, pairs.positiveOf(i)) / sigma,
  );
  const total = logSumExp(affinities);
  const shares = affinities.map((affinity) => Math.exp(affinity - total));
  return { shares, weights: shares.map((share) => 2 - numRows * share) };
}
