import { bind } from '../core/bind.ts';
import { OutOfMemoryError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { profileOf } from '../measure/device.ts';
import { planned } from '../measure/planned.ts';
import type { DeviceReport } from '../measure/report.ts';
import { contrastiveProblem } from '../operations/contrastive/fill-problem.ts';
import { contrastive } from '../operations/contrastive/operation.ts';
import type { ContrastiveArgs } from '../operations/contrastive/api.ts';
import type { TrainingLab } from './trainer.ts';

/**
 * A lab whose losses may have no GPU buffer of more than `limitBytes`, as on a device that allows no more: where a variant's plan has one,
 * its call fails as it would there.
 */
export function limited(lab: TrainingLab, device: DeviceReport, limitBytes: number): TrainingLab {
  return {
    download: (tensor) => lab.download(tensor),
    contrastive(args, options) {
      const { largest } = planned(boundTo(args, device, options?.variant));
      if (largest.bytes <= limitBytes) return lab.contrastive(args, options);
      return Promise.reject(new OutOfMemoryError(largest.name, largest.bytes, limitBytes));
    },
  };
}

function boundTo(args: ContrastiveArgs, device: DeviceReport, variant: string | undefined) {
  const { x, y, loss, normalize = false, gradients = [] } = args;
  const [numRows = 0, embedDim = 0] = (x as Tensor).shape;
  const problem = contrastiveProblem({
    ...{ loss, numRows, embedDim, normalize, gradients },
    ...(y && { numCols: y.shape[0] ?? 0 }),
  });
  const bound = bind(contrastive, problem, profileOf(device));
  return variant === undefined ? bound.preferred() : bound.variant(variant);
}
