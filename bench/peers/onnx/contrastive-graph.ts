import type { ContrastiveProblem } from '../../../src/operations/contrastive/problem.ts';
import type { OnnxGraph, OnnxNode } from './model.ts';

const [ROWS, COLUMNS] = [{ ints: [1] }, { ints: [0] }];
const keepdims = { int: 1 };

/**
 * The symmetric loss with its gradients written out, because ONNX Runtime Web has no automatic differentiation.
 *
 * z = scale · x yᵀ, P = exp(z − lse of its row), Q = exp(z − lse of its column), w = 1 / 2N:
 * loss = w Σ (rowLse + colLse − 2 zᵢᵢ), xGrad = w · scale · ((P + Q) y − 2 y), yGrad = w · scale · ((P + Q)ᵀ x − 2 x),
 * logitScaleGrad = Σ ⟨xᵢ, xGradᵢ⟩ / scale.
 */
export function contrastiveGraph({ numRows, embedDim }: ContrastiveProblem): OnnxGraph {
  const embeddings = (name: string) => ({ name, type: 'float32' as const, shape: [numRows, embedDim] });
  const number = (name: string) => ({ name, type: 'float32' as const, shape: [] });
  return {
    nodes: [...logits, ...loss, ...gradients],
    inputs: [embeddings('x'), embeddings('y'), number('scale')],
    outputs: [number('loss'), embeddings('xGrad'), embeddings('yGrad'), number('logitScaleGrad')],
    constants: {
      half: { float: 0.5 },
      weight: { float: 1 / (2 * numRows) },
      withinRow: ROWS,
      everywhere: { ints: [0, 1] },
    },
  };
}

const node = (
  outputs: string,
  op: string,
  inputs: readonly string[],
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({ op, inputs, outputs: [outputs], attributes });

const logits = [
  node('scaledX', 'Mul', ['x', 'scale']),
  node('z', 'Gemm', ['scaledX', 'y'], { transB: { int: 1 } }),
  node('rowLse', 'ReduceLogSumExp', ['z'], { axes: ROWS, keepdims }),
  node('colLse', 'ReduceLogSumExp', ['z'], { axes: COLUMNS, keepdims }),
];

const loss = [
  node('products', 'Mul', ['scaledX', 'y']),
  node('positives', 'ReduceSum', ['products', 'withinRow'], { keepdims }),
  node('rowTerms', 'Sub', ['rowLse', 'positives']),
  node('rowMean', 'ReduceMean', ['rowTerms'], { axes: { ints: [0, 1] }, keepdims: { int: 0 } }),
  node('colLseMean', 'ReduceMean', ['colLse'], { axes: { ints: [0, 1] }, keepdims: { int: 0 } }),
  node('positiveMean', 'ReduceMean', ['positives'], { axes: { ints: [0, 1] }, keepdims: { int: 0 } }),
  node('colMean', 'Sub', ['colLseMean', 'positiveMean']),
  node('twice', 'Add', ['rowMean', 'colMean']),
  node('loss', 'Mul', ['twice', 'half']),
];

const gradients = [
  node('rowLogs', 'Sub', ['z', 'rowLse']),
  node('rowWeights', 'Exp', ['rowLogs']),
  node('colLogs', 'Sub', ['z', 'colLse']),
  node('colWeights', 'Exp', ['colLogs']),
  node('weights', 'Add', ['rowWeights', 'colWeights']),
  node('slope', 'Mul', ['scale', 'weight']),
  node('pulledY', 'Gemm', ['weights', 'y']),
  node('twoY', 'Add', ['y', 'y']),
  node('xSum', 'Sub', ['pulledY', 'twoY']),
  node('xGrad', 'Mul', ['xSum', 'slope']),
  node('pulledX', 'Gemm', ['weights', 'x'], { transA: { int: 1 } }),
  node('twoX', 'Add', ['x', 'x']),
  node('ySum', 'Sub', ['pulledX', 'twoX']),
  node('yGrad', 'Mul', ['ySum', 'slope']),
  node('leverage', 'Mul', ['x', 'xGrad']),
  node('leverageSum', 'ReduceSum', ['leverage', 'everywhere'], { keepdims: { int: 0 } }),
  node('logitScaleGrad', 'Div', ['leverageSum', 'scale']),
];
