import { offeredVariants } from '../core/bind.ts';
import type { DeviceProfile } from '../core/device-profile.ts';
import { OPERATIONS } from '../operations/index.ts';
import type { OperationInfo } from './api.ts';

/** The operations and the variants that the device is offered, as pages and the command line iterate over them. */
export function listOperations(device: DeviceProfile): OperationInfo[] {
  return OPERATIONS.map(({ id, title, variants, example, bind }) => {
    const problem = bind(example, device);
    return {
      id,
      title,
      variants: offeredVariants(variants, device).map((variant) => ({
        id: variant.id,
        title: variant.title,
        idea: variant.idea,
        params: variant.params,
        supported: problem.variant(variant.id).supported,
      })),
    };
  });
}
