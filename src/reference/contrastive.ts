import { clipWeight, type ContrastiveProblem } from '../kernels/contrastive/problem.ts';

type Numbers = ArrayLike<number>;

/** float64 results of the symmetric CLIP loss. */
export interface ClipReference {
  readonly loss: number;
  readonly rowLse: Float64Array;
  readonly colLse: Float64Array;
  readonly xGrad: Float64Array;
  readonly yGrad: Float64Array;
  readonly logitScaleGrad: number;
}

/**
 * Symmetric CLIP loss and all its gradients in float64, straight from the definition:
 * `w Σᵢ (rowLseᵢ − zᵢᵢ) + w Σⱼ (colLseⱼ − zⱼⱼ)`, `z = logitScale · X Yᵀ`.
 * Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021), figure 3.
 */
export function clipReference(problem: ContrastiveProblem, x: Numbers, y: Numbers): ClipReference {
  const { numRows, numCols, embedDim } = problem;
  const rowLse = new Float64Array(numRows);
  const columns = Array.from({ length: numCols }, () => new Float64Array(numRows));
  for (let i = 0; i < numRows; i++) {
    const logits = logitsOfRow(problem, x, y, i);
    rowLse[i] = logSumExp(logits);
    columns.forEach((column, j) => {
      column[i] = logits[j] ?? NaN;
    });
  }
  const colLse = Float64Array.from(columns, (column) => logSumExp(column));
  const xGrad = new Float64Array(numRows * embedDim);
  const yGrad = new Float64Array(numCols * embedDim);
  const swapped = { ...problem, numRows: numCols, numCols: numRows };
  for (let i = 0; i < numRows; i++) {
    xGrad.set(gradientOfRow(problem, x, y, rowLse[i] ?? NaN, colLse, i), i * embedDim);
  }
  for (let j = 0; j < numCols; j++) {
    yGrad.set(gradientOfRow(swapped, y, x, colLse[j] ?? NaN, rowLse, j), j * embedDim);
  }
  return {
    loss: clipLoss(problem, x, y, rowLse, colLse),
    rowLse,
    colLse,
    xGrad,
    yGrad,
    logitScaleGrad: scaleGradient(problem, x, xGrad),
  };
}

/** `zᵢ· = logitScale · ⟨xᵢ, y·⟩`. */
export function logitsOfRow(problem: ContrastiveProblem, x: Numbers, y: Numbers, i: number): Float64Array {
  const { numCols, embedDim, logitScale } = problem;
  const logits = new Float64Array(numCols);
  for (let j = 0; j < numCols; j++) {
    let dot = 0;
    for (let d = 0; d < embedDim; d++) dot += (x[i * embedDim + d] ?? NaN) * (y[j * embedDim + d] ?? NaN);
    logits[j] = logitScale * dot;
  }
  return logits;
}

/** `log Σ exp`, with the maximum taken out. */
export function logSumExp(logits: Float64Array): number {
  const peak = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return peak + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - peak), 0));
}

/** The loss, given the statistics. */
export function clipLoss(
  problem: ContrastiveProblem,
  x: Numbers,
  y: Numbers,
  rowLse: Numbers,
  colLse: Numbers,
): number {
  const { numRows, embedDim, logitScale } = problem;
  let loss = 0;
  for (let i = 0; i < numRows; i++) {
    let dot = 0;
    for (let d = 0; d < embedDim; d++) dot += (x[i * embedDim + d] ?? NaN) * (y[i * embedDim + d] ?? NaN);
    loss += (rowLse[i] ?? NaN) + (colLse[i] ?? NaN) - 2 * logitScale * dot;
  }
  return clipWeight(problem) * loss;
}

/** `dxᵢ = logitScale · Σⱼ Gᵢⱼ yⱼ`, given the statistics. `Gᵢᵢ` comes from the negatives: see below. */
export function gradientOfRow(
  problem: ContrastiveProblem,
  x: Numbers,
  y: Numbers,
  ownLse: number,
  otherLse: Numbers,
  i: number,
): Float64Array {
  const { embedDim, logitScale } = problem;
  const gradient = new Float64Array(embedDim);
  logitsOfRow(problem, x, y, i).forEach((z, j) => {
    // expm1 keeps 1 − P where the positive dominates.
    const own = i === j ? Math.expm1(z - ownLse) : Math.exp(z - ownLse);
    const other = i === j ? Math.expm1(z - (otherLse[j] ?? NaN)) : Math.exp(z - (otherLse[j] ?? NaN));
    const g = logitScale * clipWeight(problem) * (own + other);
    for (let d = 0; d < embedDim; d++) gradient[d] = (gradient[d] ?? NaN) + g * (y[j * embedDim + d] ?? NaN);
  });
  return gradient;
}

/** `∂loss/∂logitScale = (1/logitScale) Σ ⟨xᵢ, dxᵢ⟩`: z is linear in both. */
export function scaleGradient({ logitScale }: ContrastiveProblem, x: Numbers, xGrad: Numbers): number {
  let sum = 0;
  for (let at = 0; at < x.length; at++) sum += (x[at] ?? NaN) * (xGrad[at] ?? NaN);
  return sum / logitScale;
}
