import type { DataArray } from '../../core/dtype.ts';
import { isSymmetric, lengthsOf, numRows, type LateProblem } from './problem.ts';

/** A query token beside the tokens of one document. */
export interface ReferenceMatch {
  /** The largest dot product: −∞ of no tokens; NaN where there is one. */
  readonly best: number;
  /** The token that it comes of, the first of equals; −1 of no tokens. */
  readonly token: number;
}

/** The dot products of a query row with all tokens of a document that count. */
export function dotsOf(
  { embedDim, numQueries, documentTokens }: LateProblem,
  lengths: Uint32Array,
  { query, document }: Readonly<Record<'query' | 'document', DataArray>>,
  row: number,
  n: number,
): Float64Array {
  const dots = new Float64Array(lengths[numQueries + n] ?? 0);
  for (let token = 0; token < dots.length; token++) {
    const [left, right] = [row * embedDim, (n * documentTokens + token) * embedDim];
    let dot = 0;
    for (let d = 0; d < embedDim; d++) dot += (query[left + d] ?? NaN) * (document[right + d] ?? NaN);
    dots[token] = dot;
  }
  return dots;
}

/** The largest of some dot products. A NaN is larger than all numbers. */
export function bestOf(dots: Float64Array): ReferenceMatch {
  const nan = dots.findIndex(Number.isNaN);
  if (nan !== -1) return { best: NaN, token: nan };
  return dots.reduce<ReferenceMatch>(
    (best, dot, token) => (best.token === -1 || dot > best.best ? { best: dot, token } : best),
    { best: -Infinity, token: -1 },
  );
}

/** A loss of scores, with its derivatives. */
export interface ReferenceLoss {
  readonly loss: number;
  /** By the scores, [Q, N]. */
  readonly weights: Float64Array;
  readonly logitScaleGrad: number;
}

/** The loss in float64, straight from its definition: −log softmax of the diagonal, of rows, or of rows and columns. */
export function lateLoss(problem: LateProblem, scores: ArrayLike<number>): ReferenceLoss {
  const { numQueries, numDocuments, logitScale, loss: id } = problem;
  const weights = new Float64Array(numQueries * numDocuments);
  let [loss, logitScaleGrad] = [0, 0];
  const addLine = (line: number, places: readonly number[], weight: number): void => {
    // Differences to the positive: beside large logits, no digit of small losses is lost.
    const own = scores[places[line] ?? -1] ?? NaN;
    const gaps = places.map((place) => (scores[place] ?? NaN) - own);
    const peak = gaps.some(Number.isNaN) ? NaN : Math.max(...gaps) * logitScale;
    const shares = gaps.map((gap) => (gap === -Infinity ? 0 : Math.exp(logitScale * gap - peak)));
    const total = shares.reduce((sum, share) => sum + share, 0);
    const others = shares.reduce((sum, share, at) => (at === line ? sum : sum + share), 0);
    loss += weight * (peak === 0 ? Math.log1p(others) : peak + Math.log(total));
    places.forEach((place, at) => {
      const share = at === line ? -others / total : (shares[at] ?? NaN) / total;
      weights[place] = (weights[place] ?? NaN) + weight * logitScale * share;
      const gap = gaps[at] ?? NaN;
      if (at !== line && gap !== -Infinity) logitScaleGrad += weight * ((shares[at] ?? NaN) / total) * gap;
    });
  };
  const both = id !== undefined && isSymmetric(id);
  const range = (count: number) => Array.from({ length: count }, (_, at) => at);
  for (const row of range(numQueries)) {
    const places = range(numDocuments).map((column) => row * numDocuments + column);
    addLine(row, places, (both ? 0.5 : 1) / numQueries);
  }
  for (const column of both ? range(numDocuments) : []) {
    const places = range(numQueries).map((row) => row * numDocuments + column);
    addLine(column, places, 0.5 / numDocuments);
  }
  return { loss, weights, logitScaleGrad };
}

/** Gradients of query rows, and of all documents, by the tokens that matched: [document][query row]. */
export function lateGradients(
  problem: LateProblem,
  inputs: Readonly<Record<'query' | 'document', DataArray>>,
  weights: Float64Array,
  matched: ArrayLike<number>,
): { readonly query: Float64Array; readonly document: Float64Array } {
  const { numDocuments, queryTokens, documentTokens, embedDim } = problem;
  const rows = numRows(problem);
  const lengths = lengthsOf(problem);
  const query = new Float64Array(inputs.query.length);
  const document = new Float64Array(inputs.document.length);
  for (let n = 0; n < numDocuments; n++) {
    for (let row = 0; row < rows; row++) {
      const q = Math.floor(row / queryTokens);
      if (row % queryTokens >= (lengths[q] ?? 0) || lengths[problem.numQueries + n] === 0) continue;
      const weight = weights[q * numDocuments + n] ?? NaN;
      const [left, right] = [
        row * embedDim,
        (n * documentTokens + (matched[n * rows + row] ?? NaN)) * embedDim,
      ];
      for (let d = 0; d < embedDim; d++) {
        query[left + d] = (query[left + d] ?? NaN) + weight * (inputs.document[right + d] ?? NaN);
        if (right + d < document.length) {
          document[right + d] = (document[right + d] ?? NaN) + weight * (inputs.query[left + d] ?? NaN);
        }
      }
    }
  }
  return { query, document };
}
