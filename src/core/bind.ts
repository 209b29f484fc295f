import { ShapeError, UnsupportedError } from './errors.ts';
import type { DeviceProfile } from './device-profile.ts';
import type { Kernels } from './operation.ts';
import type { Arrays, Params, Variant } from './variant.ts';
import type { Deviation } from './deviation.ts';
import type { Plan } from './plan.ts';
import { CONDITION_FEATURES, type Condition } from './shader-names.ts';

/** A variant with its problem and parameters filled in. */
export interface BoundVariant {
  readonly id: string;
  readonly params: Params;
  /** `true`, or the reason in words. */
  readonly supported: true | string;
  /** @throws UnsupportedError with the reason, if it is not supported */
  plan(): Plan;
}

/** An operation with its problem filled in: nothing below needs to know the problem's type. */
export interface BoundProblem {
  readonly operation: string;
  readonly problem: Readonly<Record<string, unknown>>;
  /** Useful FLOPs. */
  readonly flops: number;
  /** Ids of the variants that the device is offered, in teaching order. */
  readonly variantIds: readonly string[];
  /** The variant that runs where none is named. @throws UnsupportedError if none can */
  preferred(params?: Params): BoundVariant;
  /** @throws UnsupportedError if there is no such variant, ShapeError on an unknown parameter */
  variant(id: string, params?: Params): BoundVariant;
  /** Bytes of the matrix that tiled variants do not keep; 0 if there is none. */
  readonly matrixBytes: number;
  /** Problems of one class are likely to want the same parameters of a variant, in words. */
  tuningClass(variant: string): string;
  inputs(seed: number): Arrays;
  verify(inputs: Arrays, outputs: Arrays, flopBudget: number): Deviation;
}

/** The variants that a device is offered: all, but for those that need something which it lacks, or which no device is known to have. */
export const offeredVariants = <V extends Pick<Variant<never>, 'needs'>>(
  variants: readonly V[],
  device: DeviceProfile | undefined,
): readonly V[] =>
  variants.filter(({ needs }) => needs === undefined || (device !== undefined && needs(device) === true));

/** Fills a problem into an operation, for one device. */
export function bind<Problem extends object>(
  operation: Kernels<Problem>,
  problem: Problem,
  device: DeviceProfile,
): BoundProblem {
  return {
    operation: operation.id,
    problem: Object.fromEntries(Object.entries(problem)),
    flops: operation.flops(problem),
    variantIds: offeredVariants(operation.variants, device).map(({ id }) => id),
    preferred(params) {
      const reasons: string[] = [];
      for (const id of preferredIds(operation, problem, device)) {
        const bound = bindVariant(findVariant(operation, id), problem, device, params);
        if (bound.supported === true) return bound;
        reasons.push(`${id}: ${bound.supported}`);
      }
      throw new UnsupportedError(`no variant of ${operation.id} runs: ${reasons.join('; ')}`);
    },
    variant: (id, params) => bindVariant(findVariant(operation, id), problem, device, params),
    matrixBytes: operation.matrixBytes?.(problem) ?? 0,
    tuningClass: (variant) =>
      [operation.id, variant, ...(operation.tuningClass?.(problem) ?? [])].join(' · '),
    inputs: (seed) => operation.inputs(problem, seed),
    verify: (inputs, outputs, flopBudget) => operation.verify(problem, inputs, outputs, flopBudget),
  };
}

/** `true` if a device has the features behind a plan's conditions, and room for its bindings; else the reason. */
function fits({ passes }: Plan, device: DeviceProfile): true | string {
  const most = device.limits.maxStorageBuffersPerShaderStage;
  for (const { label, conditions, bindings } of passes) {
    for (const [condition, feature] of Object.entries(CONDITION_FEATURES)) {
      if (conditions[condition as Condition] === true && !device.features.includes(feature)) {
        return `it needs the feature ${feature}, which the device does not have`;
      }
    }
    if (bindings.length > most) {
      return `${label} binds ${bindings.length} storage buffers; the device allows ${most}`;
    }
  }
  return true;
}

const preferredIds = <Problem extends object>(
  { preferred, variants }: Kernels<Problem>,
  problem: Problem,
  device: DeviceProfile,
): readonly string[] =>
  preferred?.(problem, device) ??
  offeredVariants(variants, undefined)
    .map(({ id }) => id)
    .reverse();

function findVariant<Problem extends object>(operation: Kernels<Problem>, id: string): Variant<Problem> {
  const variant = operation.variants.find((candidate) => candidate.id === id);
  if (variant !== undefined) return variant;
  const known = operation.variants.map((candidate) => candidate.id).join(', ');
  throw new UnsupportedError(`${operation.id} has no variant '${id}'; it has ${known}`);
}

function bindVariant<Problem>(
  variant: Variant<Problem>,
  problem: Problem,
  device: DeviceProfile,
  chosen: Params = {},
): BoundVariant {
  const names = variant.params.map(({ name }) => name);
  for (const [name, value] of Object.entries(chosen)) {
    if (!names.includes(name)) {
      throw new ShapeError(`params.${name}`, `one of ${names.join(', ') || 'no parameters'}`, String(value));
    }
  }
  const params = { ...variant.defaults(problem, device), ...chosen };
  const lacking = variant.needs?.(device) ?? true;
  const own = lacking === true ? variant.supports(problem, params, device) : lacking;
  const plan = own === true ? variant.plan(problem, params) : undefined;
  const supported = plan === undefined ? own : fits(plan, device);
  return {
    id: variant.id,
    params,
    supported,
    plan() {
      if (plan === undefined || supported !== true) throw new UnsupportedError(`${variant.id}: ${supported}`);
      return plan;
    },
  };
}
