import { attention } from '../kernels/attention/operation.ts';
import { attentionBackward } from '../kernels/attention/backward/operation.ts';
import { attentionBackwardProblem } from '../kernels/attention/backward/problem.ts';
import { attentionProblem } from '../kernels/attention/problem.ts';
import { contrastive } from '../kernels/contrastive/operation.ts';
import { contrastiveProblem } from '../kernels/contrastive/problem.ts';
import type { DeviceProfile } from '../kernels/device-profile.ts';
import type { Operation } from '../kernels/operation.ts';
import type { OperationInfo } from './api.ts';

/** The operations and their variants, as pages and the command line iterate over them. */
export function listOperations(device: DeviceProfile): OperationInfo[] {
  return [
    describe(attention, attentionProblem({ seqLenQ: 64 }), device),
    describe(attentionBackward, attentionBackwardProblem({ seqLenQ: 64 }), device),
    describe(contrastive, contrastiveProblem({ numRows: 64 }), device),
  ];
}

function describe<Problem>(
  operation: Operation<Problem>,
  example: Problem,
  device: DeviceProfile,
): OperationInfo {
  return {
    id: operation.id,
    title: operation.title,
    variants: operation.variants.map((variant) => ({
      id: variant.id,
      title: variant.title,
      idea: variant.idea,
      params: variant.params,
      supported: variant.supports(example, variant.defaults(example, device), device),
    })),
  };
}
