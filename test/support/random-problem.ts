import fc, { type GeneratorValue } from 'fast-check';
import type { BoundProblem } from '../../src/core/bind.ts';
import type { DeviceProfile } from '../../src/core/device-profile.ts';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import type { TestedOperation } from './operations.ts';

/**
 * A problem at random: extents, and options as long as they go together.
 * @param fixed fields that are not drawn
 */
export function randomProblem(
  operation: TestedOperation,
  draw: GeneratorValue,
  device: DeviceProfile,
  fixed: object = {},
): BoundProblem {
  const [extents, ...options] = operation.corners.random({
    int: (min, max) => draw(fc.integer, { min, max }),
    oneOf: (...choices) => draw(() => fc.constantFrom(...choices)),
  });
  let whole = { ...extents, ...fixed };
  let bound = operation.bind(whole, device);
  for (const option of options) {
    const more = { ...whole, ...option };
    try {
      bound = operation.bind(more, device);
      whole = more;
    } catch (error) {
      if (!(error instanceof UnsupportedError || error instanceof ShapeError)) throw error;
    }
  }
  return bound;
}
