import { lossOf } from './losses/index.ts';
import { numOwnCols, type ContrastiveProblem } from './problem.ts';
import { lineLoss } from './reference/line-loss.ts';
import { Pairs, type ContrastiveData } from './reference/pairs.ts';

/** float64 results of a contrastive loss. */
export interface ContrastiveReference {
  /** One number, or one per row with reduction `none`. */
  readonly loss: Float64Array;
  /** Log-sum-exp of each row's logits; empty for losses without softmax. */
  readonly rowLse: Float64Array;
  /** Log-sum-exp of each column's logits; empty but for symmetric losses. */
  readonly colLse: Float64Array;
  /** Log-sum-exp of the teacher's scores of each row; empty for losses without a teacher. */
  readonly teacherLse: Float64Array;
  readonly xGrad: Float64Array;
  readonly yGrad: Float64Array;
  /** One number, or one per row with a scale per row. */
  readonly logitScaleGrad: Float64Array;
  readonly logitBiasGrad: Float64Array;
}

const get = (values: ArrayLike<number>, index: number): number => values[index] ?? NaN;

function add(values: Float64Array, index: number, value: number): void {
  values[index] = get(values, index) + value;
}

/** A contrastive loss and all its gradients in float64, straight from the definitions. O(N · M) numbers are held. */
export function contrastiveReference(
  problem: ContrastiveProblem,
  data: ContrastiveData,
): ContrastiveReference {
  const pairs = new Pairs(problem, data);
  const { numRows, numCols, embedDim, rowScales, rowNegatives = 0 } = problem;
  const { losses, rowLse, colLse, slopes, weightSlopes, ownSlopes } = slopesOf(pairs);

  // Derivatives by the similarities, the scales and the bias.
  const similaritySlopes = new Float64Array(numRows * numCols);
  const scaleTerms = new Float64Array(numRows);
  for (let i = 0; i < numRows; i++) {
    for (let j = 0; j < numCols; j++) {
      const similarity = pairs.similarity(i, j);
      const slope = get(slopes, i * numCols + j) * pairs.bend(i, similarity);
      const leverage = similarity - (pairs.isPositive(i, j) ? (problem.margin ?? 0) : 0);
      add(scaleTerms, i, slope * leverage);
      similaritySlopes[i * numCols + j] = pairs.scale(i) * slope;
    }
  }
  weightSlopes.forEach((slope, i) => {
    add(similaritySlopes, i * numCols + pairs.positiveOf(i), slope);
  });
  // Gradients that rows get from negatives of their own, before the way through the normalisation.
  const ownGradient = new Float64Array(numRows * embedDim);
  ownSlopes.forEach((capped, at) => {
    const i = Math.floor(at / rowNegatives);
    const { similarity, vector } = pairs.ownNegative(i, at % rowNegatives);
    const slope = capped * pairs.bend(i, similarity);
    add(scaleTerms, i, slope * similarity);
    vector.forEach((value, d) => {
      add(ownGradient, i * embedDim + d, pairs.scale(i) * slope * value);
    });
  });
  const { xGrad, yGrad } = embeddingGradients(pairs, similaritySlopes, ownGradient);
  const total = (values: Float64Array) => Float64Array.of(values.reduce((sum, value) => sum + value, 0));
  return {
    loss: problem.reduction === 'none' ? losses : total(losses),
    rowLse,
    colLse,
    teacherLse: Float64Array.from({ length: problem.teacherDim === undefined ? 0 : numRows }, (_, i) =>
      pairs.teacherLse(i),
    ),
    xGrad,
    yGrad,
    logitScaleGrad: rowScales === true ? scaleTerms : total(scaleTerms),
    logitBiasGrad: total(slopes),
  };
}

/** Losses of the rows, and the weighted slopes of every logit over all directions of the loss. */
function slopesOf(pairs: Pairs) {
  const { problem } = pairs;
  const { numRows, numCols, labelSmoothing = 0, zLoss, sigma, rowNegatives = 0 } = problem;
  const loss = lossOf(problem.loss);
  const losses = new Float64Array(numRows);
  const rowLse = new Float64Array(loss.pairwise ? 0 : numRows);
  const colLse = new Float64Array(loss.symmetric ? numRows : 0);
  const slopes = new Float64Array(numRows * numCols);
  const ownSlopes = new Float64Array(numRows * rowNegatives);
  const positives = loss.positiveWeights?.(pairs.positiveSimilarities(), sigma);
  const counted = new Float64Array(numRows); // the positive's weighted logit, of rows that have negatives

  for (let i = 0; i < numRows; i++) {
    const line = pairs.row(i);
    const weight = pairs.weight(i);
    const row = lineLoss(loss, line, { labelSmoothing, zLoss, pull: positives?.weights[i] });
    if (row.lse !== undefined) rowLse[i] = row.lse;
    add(losses, i, weight * row.loss);
    row.slopes.forEach((slope, j) => {
      if (j < numCols) add(slopes, i * numCols + j, weight * slope);
      else ownSlopes[i * rowNegatives + j - numCols] = weight * slope;
    });
    if (positives && line.kinds.includes('negative'))
      counted[i] = weight * get(line.logits, pairs.positiveOf(i));
  }
  for (let j = 0; loss.symmetric && j < numRows; j++) {
    const column = lineLoss(loss, pairs.column(j), { labelSmoothing, zLoss });
    const weight = pairs.weight(j);
    if (column.lse !== undefined) colLse[j] = column.lse;
    add(losses, j, weight * column.loss);
    column.slopes.forEach((slope, i) => {
      add(slopes, i * numCols + j, weight * slope);
    });
  }
  const weightSlopes = positives?.slopes(counted) ?? new Float64Array();
  return { losses, rowLse, colLse, slopes, weightSlopes, ownSlopes };
}

/** From the slopes of the similarities to the gradients of x and of y's own rows, through the normalisation. */
function embeddingGradients(pairs: Pairs, slopes: Float64Array, ownGradient: Float64Array) {
  const { problem, data, xNorm, yNorm } = pairs;
  const { numRows, numCols, embedDim, oneTensor } = problem;
  const x = Float64Array.from(ownGradient);
  const y = oneTensor === true ? x : new Float64Array(numCols * embedDim);
  for (let i = 0; i < numRows; i++) {
    for (let j = 0; j < numCols; j++) {
      const slope = get(slopes, i * numCols + j);
      if (slope === 0) continue;
      for (let d = 0; d < embedDim; d++) {
        add(x, i * embedDim + d, slope * get(yNorm, j) * get(data.y, j * embedDim + d));
        add(y, j * embedDim + d, slope * get(xNorm, i) * get(data.x, i * embedDim + d));
      }
    }
  }
  if (problem.normalize === true) {
    throughNormalisation(x, data.x, xNorm, embedDim);
    if (oneTensor !== true) throughNormalisation(y, data.y, yNorm, embedDim);
  }
  return { xGrad: x, yGrad: y.subarray(0, numOwnCols(problem) * embedDim) };
}

/** `dx = (g − u ⟨u, g⟩) / |x|`, `u = x / |x|`, in place of g. */
export function throughNormalisation(
  gradient: Float64Array,
  rows: ArrayLike<number>,
  norms: ArrayLike<number>,
  embedDim: number,
): void {
  for (let i = 0; i < norms.length; i++) {
    const norm = get(norms, i);
    let along = 0;
    for (let d = 0; d < embedDim; d++) {
      along += norm * get(rows, i * embedDim + d) * get(gradient, i * embedDim + d);
    }
    for (let d = 0; d < embedDim; d++) {
      const at = i * embedDim + d;
      gradient[at] = norm * (get(gradient, at) - norm * get(rows, at) * along);
    }
  }
}
