import type { BoundProblem } from '../../src/core/bind.ts';
import type { Corner } from '../../src/core/corner.ts';
import type { DeviceProfile } from '../../src/core/device-profile.ts';
import type { Arrays, Params } from '../../src/core/variant.ts';
import { paramsKey } from '../../src/core/search-space.ts';
import { hasAll, knownParams } from './params.ts';
import type { TestedOperation } from './operations.ts';

/** One variant at one corner with one set of parameters. */
export interface CornerTrial {
  readonly name: string;
  readonly corner: Corner;
  readonly variant: string;
  readonly params: Params;
}

type Tried = Pick<CornerTrial, 'variant' | 'params'>;
type TestedVariant = TestedOperation['variants'][number];

/** All that a variant is run on: each corner with those of its parameters that the variant has, or with quick ones. */
export function trialsOf(operation: TestedOperation, variant: TestedVariant): CornerTrial[] {
  const { quick, corners } = operation.corners;
  return Object.entries(corners).flatMap(([name, corner]) => {
    const own = (corner.params ?? []).filter((params) => hasAll(variant.params, params));
    if (own.length === 0) {
      return [{ name, corner, variant: variant.id, params: knownParams(variant.params, quick) }];
    }
    return own.map((params) => ({
      name: `${name}; ${paramsKey(params) || 'defaults'}`,
      corner,
      variant: variant.id,
      params,
    }));
  });
}

/**
 * A corner on a device: its problem, and the inputs that go with it. For a variant that takes f16 alone, it is the problem in f16.
 */
export function atCorner(
  operation: TestedOperation,
  { problem, inputs }: Corner,
  device: DeviceProfile,
  tried?: Tried,
): { readonly problem: BoundProblem; readonly inputs: Arrays } {
  const bound =
    inputs === undefined ? inItsType(operation, problem, device, tried) : operation.bind(problem, device);
  const seeded = bound.inputs(7);
  return { problem: bound, inputs: { ...seeded, ...inputs?.(seeded) } };
}

function inItsType(
  operation: TestedOperation,
  problem: object,
  device: DeviceProfile,
  tried: Tried | undefined,
): BoundProblem {
  const given = operation.bind(problem, device);
  if (tried === undefined || given.variant(tried.variant, tried.params).supported === true) return given;
  if (operation.options?.some(({ name }) => name === 'dtype') !== true) return given;
  const half = operation.bind({ ...problem, dtype: 'f16' }, device);
  return half.variant(tried.variant, tried.params).supported === true ? half : given;
}
