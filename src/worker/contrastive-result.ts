import { requireArray } from '../kernels/checks.ts';
import { numOwnCols, type ContrastiveProblem } from '../kernels/contrastive/problem.ts';
import type { FloatArrays } from '../kernels/operation.ts';
import { floatTensor, type FloatTensor } from '../tensor.ts';
import type { Run } from './api.ts';
import type { ContrastiveResult } from './contrastive-api.ts';

/** The outputs of a plan as the public API hands them out. */
export function contrastiveResult(
  problem: ContrastiveProblem,
  outputs: FloatArrays,
  run: Run,
): ContrastiveResult {
  const { numRows, embedDim, reduction, rowScales } = problem;
  const tensor = (name: string, ...shape: number[]): FloatTensor =>
    floatTensor(shape, requireArray(outputs, name));
  const perRow = (name: string, asTensor: boolean): FloatTensor | number =>
    asTensor ? tensor(name, numRows) : (requireArray(outputs, name)[0] ?? NaN);
  const has = (name: string) => outputs[name] !== undefined;
  return {
    loss: perRow('loss', reduction === 'none'),
    rowLse: has('rowLse') ? tensor('rowLse', numRows) : undefined,
    ...(has('colLse') && { colLse: tensor('colLse', numRows) }),
    ...(has('xGrad') && { xGrad: tensor('xGrad', numRows, embedDim) }),
    ...(has('yGrad') && { yGrad: tensor('yGrad', numOwnCols(problem), embedDim) }),
    ...(has('logitScaleGrad') && { logitScaleGrad: perRow('logitScaleGrad', rowScales === true) }),
    ...(has('logitBiasGrad') && { logitBiasGrad: requireArray(outputs, 'logitBiasGrad')[0] ?? NaN }),
    run,
  };
}
