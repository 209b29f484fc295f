import { requireFinite } from '../../core/checks.ts';
import { ShapeError } from '../../core/errors.ts';
import { argumentNames, requireKnown } from '../../core/known-arguments.ts';
import { floatTensor, type FloatTensor, type Tensor } from '../../core/tensor.ts';
import { hostRows, requireSameShape, rowDot } from './host-rows.ts';

/** One call of `ticoLoss`. */
export interface TicoArgs {
  /** [N, D], rows of length 1: one view of each sample. */
  readonly x: Tensor;
  /** [N, D], rows of length 1: another view. */
  readonly y: Tensor;
  /** [D, D], the `state` of the step before. Default: zeros. */
  readonly state?: Tensor;
  /** How much of the state before is kept, 0 to 1. Default 0.9. */
  readonly decay?: number;
  /** The weight of the covariance. Default 8. */
  readonly covariance?: number;
}

export interface TicoResult {
  readonly loss: number;
  readonly xGrad: FloatTensor;
  readonly yGrad: FloatTensor;
  /** [D, D], the covariance that the next step goes on from. */
  readonly state: FloatTensor;
}

const ARGUMENTS = argumentNames<TicoArgs>({ x: true, y: true, state: true, decay: true, covariance: true });

/**
 * `1 − mean ⟨x, y⟩ + ρ mean xᵀ C x` with `C = β C₀ + (1 − β) XᵀX / N`: invariance, and a covariance that stands for the negatives of all
 * steps, in D × D numbers whatever the batch. C₀ is a constant, and the gradient goes through XᵀX.
 * Zhu et al., "TiCo: Transformation Invariance and Covariance Contrast" (2022).
 *
 * It runs on the host, in float64: a step takes 6 · N · D² FLOPs, which no matrix of pairs is part of.
 * @throws ShapeError naming the argument
 */
export function ticoLoss(args: TicoArgs): TicoResult {
  requireKnown(args, ARGUMENTS, { beta: 'decay', rho: 'covariance' });
  const { decay = 0.9, covariance = 8 } = args;
  if (!(decay >= 0 && decay <= 1)) throw new ShapeError('decay', 'a number from 0 to 1', String(decay));
  requireFinite('covariance', covariance);
  const [x, y] = [hostRows('x', args.x), hostRows('y', args.y)];
  requireSameShape('y', y, x);
  const { numRows, embedDim } = x;
  const before = args.state === undefined ? undefined : hostRows('state', args.state);
  if (before) requireSameShape('state', before, { ...before, numRows: embedDim, embedDim });
  const own = covarianceOf(x.data, embedDim, (1 - decay) / numRows);
  const state = own.map((value, at) => value + decay * (before?.data[at] ?? 0));
  let loss = 1;
  const xGrad = new Float64Array(x.data.length);
  for (let row = 0; row < numRows; row++) {
    loss -= rowDot(x, row, y, row) / numRows;
    const start = row * embedDim;
    for (let d = 0; d < embedDim; d++) {
      let [all, fresh] = [0, 0];
      for (let e = 0; e < embedDim; e++) {
        const value = x.data[start + e] ?? NaN;
        all += (state[d * embedDim + e] ?? NaN) * value;
        fresh += (own[d * embedDim + e] ?? NaN) * value;
      }
      loss += (covariance / numRows) * (x.data[start + d] ?? NaN) * all;
      // Once through x on both sides of C, and once through the part of C that x is in: the quadratic form of that part is of degree 4.
      xGrad[start + d] = ((2 * covariance) / numRows) * (all + fresh) - (y.data[start + d] ?? NaN) / numRows;
    }
  }
  const shape = [numRows, embedDim];
  return {
    loss,
    xGrad: floatTensor(shape, Float32Array.from(xGrad)),
    yGrad: floatTensor(
      shape,
      Float32Array.from(x.data, (value) => -value / numRows),
    ),
    state: floatTensor([embedDim, embedDim], Float32Array.from(state)),
  };
}

/** `factor · XᵀX` */
function covarianceOf(rows: Float32Array, embedDim: number, factor: number): Float64Array {
  const sums = new Float64Array(embedDim * embedDim);
  for (let start = 0; start < rows.length; start += embedDim) {
    for (let d = 0; d < embedDim; d++) {
      const value = factor * (rows[start + d] ?? NaN);
      for (let e = 0; e < embedDim; e++) {
        const at = d * embedDim + e;
        sums[at] = (sums[at] ?? 0) + value * (rows[start + e] ?? NaN);
      }
    }
  }
  return sums;
}
