import type { DeviceProfile } from '../../src/core/device-profile.ts';
import { UnsupportedError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Pass, Plan } from '../../src/core/plan.ts';
import type { Probed, ProbedInvocations } from '../../src/core/probe.ts';
import type { Arrays, Params } from '../../src/core/variant.ts';
import { examinePlan } from '../../src/gpu/interpreter/examine.ts';
import { TESTED, type TestedOperation } from '../../test/support/operations.ts';
import { atCorner, trialsOf, type CornerTrial } from '../../test/support/trials.ts';

/** A kernel on one small problem, as it was examined. */
export interface Examined {
  readonly operation: string;
  readonly variant: string;
  /** The problem's name among the corners of the operation. */
  readonly problem: string;
  readonly params: Params;
  /** Passes that ran to their end. */
  readonly passes: number;
  /** Why the others did not run. */
  readonly stopped?: string;
  /** Error against float64, relative L2, and whether that is within its bound; absent where not all passes ran. */
  readonly relL2?: number;
  readonly correct?: boolean;
  readonly findings: readonly Finding[];
  /** Values that the code passed to `probe(slot, value)`, from the invocations of `Wanted.probed`; absent where no `probe` is called. */
  readonly probes?: readonly Probed[];
  readonly ms: number;
}

/**
 * How many of the problems that kernels are tested on: as few as have every shader with every module in some pass, as few as have every
 * condition of each, too, or all.
 */
export type Scope = 'shaders' | 'conditions' | 'all';

/** Which kernels to examine. */
export interface Wanted {
  /** Ids; left out, all. */
  readonly operation?: string | undefined;
  readonly variants?: readonly string[] | undefined;
  readonly scope?: Scope | undefined;
  /** The invocations whose values passed to `probe(slot, value)` are kept. Default: the first of the first workgroup. */
  readonly probed?: ProbedInvocations | undefined;
}

/**
 * A device with everything that kernels may ask for, but matrix units, which are not interpreted. Narrow subgroups choose loads by
 * quads; storage buffers are enough for all options at once.
 */
const DEVICE: DeviceProfile = {
  features: ['subgroups', 'shader-f16'],
  limits: {
    maxBufferSize: 2 ** 28,
    maxStorageBufferBindingSize: 2 ** 27,
    maxStorageBuffersPerShaderStage: 16,
    maxComputeWorkgroupStorageSize: 2 ** 15,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupSizeX: 256,
    maxComputeWorkgroupsPerDimension: 65535,
  },
  subgroupMinSize: 4,
  subgroupMaxSize: 4,
};

/** A trial with its plan. */
interface Planned extends CornerTrial {
  readonly operation: TestedOperation;
  readonly plan: Plan;
  readonly cost: number;
  readonly inputs: () => Arrays;
}

/** @throws UnsupportedError naming an operation or a variant that there is not */
export function requireKnown({ operation, variants = [] }: Wanted): void {
  const ids = TESTED.map(({ id }) => id);
  if (operation !== undefined && !ids.includes(operation)) {
    throw new UnsupportedError(`there is no operation '${operation}'; there are ${ids.join(', ')}`);
  }
  const known = TESTED.filter(({ id }) => operation === undefined || id === operation)
    .flatMap((one) => one.variants)
    .map(({ id }) => id);
  const unknown = variants.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new UnsupportedError(
      `there is no variant '${unknown}'; there are ${[...new Set(known)].join(', ')}`,
    );
  }
}

/** Examines kernels one after another, the cheapest of their corners first. */
export async function* examineKernels(wanted: Wanted): AsyncGenerator<Examined & { readonly plan: Plan }> {
  const { scope = 'conditions' } = wanted;
  const seen = new Set<string>();
  for (const operation of TESTED) {
    if (wanted.operation !== undefined && operation.id !== wanted.operation) continue;
    for (const variant of operation.variants) {
      if (wanted.variants !== undefined && !wanted.variants.includes(variant.id)) continue;
      const planned = trialsOf(operation, variant).flatMap((trial) => plannedAt(operation, trial));
      for (const trial of planned.toSorted((a, b) => a.cost - b.cost)) {
        const traits = trial.plan.passes
          .flatMap((pass) => traitsOf(pass, scope))
          .filter((trait) => !seen.has(trait));
        if (scope !== 'all' && traits.length === 0) continue;
        for (const trait of traits) seen.add(trait);
        yield { ...(await examined(trial, wanted.probed)), plan: trial.plan };
      }
    }
  }
}

function plannedAt(operation: TestedOperation, trial: CornerTrial): Planned[] {
  const problem = operation.bind(trial.corner.problem, DEVICE);
  const bound = problem.variant(trial.variant, trial.params);
  if (bound.supported !== true) return [];
  const plan = bound.plan();
  const cost = plan.passes.reduce((sum, { flops, workgroups }) => sum + flops + 1000 * workgroups, 0);
  return [
    { ...trial, operation, plan, cost, inputs: () => atCorner(operation, trial.corner, DEVICE).inputs },
  ];
}

/** The parts of a pass, any of which may hold a fault: its shader, with each condition and module. */
function traitsOf({ shader, conditions, modules = {}, injected = {} }: Pass, scope: Scope): string[] {
  const on = Object.entries(conditions).flatMap(([name, value]) => (value ? [name] : []));
  const linked = [...Object.values(modules), ...Object.keys(injected)];
  return [shader, ...[...(scope === 'shaders' ? [] : on), ...linked].map((one) => `${shader} ${one}`)];
}

async function examined(
  { operation, variant, name, params, plan, corner, inputs }: Planned,
  probed: ProbedInvocations | undefined,
): Promise<Examined> {
  const start = performance.now();
  const given = inputs();
  const { findings, probes, passes, stopped, outputs } = await examinePlan(plan, given, { probed });
  const deviation = outputs && operation.bind(corner.problem, DEVICE).verify(given, outputs, Infinity);
  return {
    ...{ operation: operation.id, variant, problem: name, params, passes: passes.length },
    ...(stopped !== undefined && { stopped }),
    ...(deviation && { relL2: deviation.relL2, correct: deviation.ok }),
    ...(probes !== undefined && { probes }),
    ...{ findings, ms: performance.now() - start },
  };
}
