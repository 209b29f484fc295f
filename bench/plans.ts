import { offeredVariants } from '../src/core/bind.ts';
import type { Scale } from '../src/core/operation.ts';
import { profileOf } from '../src/measure/device.ts';
import type { MeasureCase, MeasurePlan } from '../src/measure/measure-plan.ts';
import type { DeviceReport } from '../src/measure/report.ts';
import { sweepEntries } from '../src/measure/sweep.ts';
import { specsOf } from '../src/measure/tuning/space.ts';
import { sizesToWall } from '../src/measure/wall.ts';
import { requireOperation, type ListedOperation, type OperationId } from '../src/operations/index.ts';
import type { BenchOptions } from './args.ts';
import { variantIds } from './operations.ts';
import { shapedBy, type Shapings } from './shapings.ts';
import { naiveWall } from './wall.ts';

type Chosen = Pick<BenchOptions, 'operations' | 'quick' | 'sizes' | 'variants' | 'seed'> &
  Partial<Pick<BenchOptions, 'sweep' | 'shapings' | 'yardstick'>>;

/**
 * The cases to measure on this device. Sizes given on the command line replace the whole set of cases; options reshape
 * those that take them, and leave out the others.
 * @throws UsageError if the device's usual sizes and the options do not go together
 */
export function benchPlan(chosen: Chosen, device: DeviceReport): MeasurePlan {
  const { operations, quick, seed, sweep = false, yardstick = true } = chosen;
  const scale: Scale = { device: device.isFallbackAdapter ? 'cpu' : 'gpu', quick };
  return {
    budgetMs: quick ? 1000 : 4000,
    minSamples: 3,
    matmul: yardstick,
    ...(seed !== undefined && { seed }),
    cases: operations.flatMap((id) => {
      const variants = chosenVariants(id, chosen.variants, device);
      if (variants.length === 0) return [];
      const cases = casesOf(requireOperation(id), chosen, scale, device, variants);
      return sweep ? cases.flatMap((one) => sweepCases(one, variants)) : cases;
    }),
  };
}

function casesOf(
  { id, bench, problem: filled }: ListedOperation<OperationId>,
  { sizes, shapings = {} }: Chosen,
  scale: Scale,
  device: DeviceReport,
  variants: readonly string[],
): MeasureCase[] {
  const shape = shapedBy(shapings, id);
  const caseOf = (partial: object, more: object = {}): MeasureCase => ({
    operation: id,
    problem: filled(shape(partial)),
    variants,
    ...more,
  });
  if (sizes !== undefined) return sizes.map((size) => caseOf(bench.sized(size)));
  const taken = ({ takesOptions }: { readonly takesOptions: boolean }) =>
    takesOptions || !isShaped(shapings, id);
  const wall = bench.wall?.(scale);
  const large = bench.large?.(scale) ?? [];
  return [
    ...bench
      .cases(scale)
      .filter(taken)
      .map(({ problem }) => caseOf(problem)),
    ...(wall && taken(wall) ? wallSizes(id, wall.problem, wall.fractions, shape, device) : []).map(
      (problem) => caseOf(problem),
    ),
    ...large.filter(taken).map((one) => {
      const only = one.variants?.(filled(shape(one.problem))) ?? variants;
      return caseOf(one.problem, {
        variants: only.filter((variant) => variants.includes(variant)),
        ...(one.minSamples !== undefined && { minSamples: one.minSamples }),
      });
    }),
  ];
}

const isShaped = (shapings: Shapings, id: OperationId): boolean => shapings[id] !== undefined;

/** The problems of a series on the way to the memory wall, and the first beyond it; none where there is no wall. */
function wallSizes(
  operation: OperationId,
  problemOf: (size: number) => object,
  fractions: readonly number[],
  shape: (problem: object) => object,
  device: DeviceReport,
): object[] {
  const wall = naiveWall(operation, (size) => shape(problemOf(size)), device);
  return wall === undefined ? [] : sizesToWall(wall, fractions).map(problemOf);
}

/** Every tile of every variant that has tiles, each variant in a case of its own. */
function sweepCases(one: MeasureCase, variants: readonly string[]): MeasureCase[] {
  return variants.flatMap((variant) => {
    const entries = sweepEntries(variant, specsOf(one.operation, variant));
    return entries.length === 0 ? [] : [{ ...one, entries }];
  });
}

/**
 * The chosen variants that this operation has; where none was chosen, those that the device is offered. With `all`, one list
 * serves all operations.
 */
function chosenVariants(
  operation: OperationId,
  chosen: readonly string[] | undefined,
  device: DeviceReport,
): readonly string[] {
  if (chosen !== undefined) return variantIds(operation).filter((id) => chosen.includes(id));
  return offeredVariants(requireOperation(operation).variants, profileOf(device)).map(({ id }) => id);
}
