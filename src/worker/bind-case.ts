import { ShapeError } from '../core/errors.ts';
import type { ModifierTexts } from '../core/modifiers.ts';
import type { BoundProblem, BoundVariant } from '../core/bind.ts';
import type { DeviceProfile } from '../core/device-profile.ts';
import { withSources, type ShaderSources } from '../core/plan.ts';
import { requireOperation } from '../operations/index.ts';
import type { BoundEntry } from '../measure/gate.ts';
import type { BoundCase } from '../measure/measure.ts';
import type { MeasureCase, MeasureEntry } from '../measure/measure-plan.ts';
import type { KernelArgs } from './api.ts';
import type { Arrays } from '../core/variant.ts';
import { chooseParams, type Kept } from './choose-params.ts';

/**
 * Fills in a case of a plan.
 * @param inputs the case's own, read back where they are on the device
 * @throws ShapeError, UnsupportedError, ShaderError
 */
export function bindCase(
  one: MeasureCase,
  device: DeviceProfile,
  kept: Kept,
  inputs: Arrays | undefined,
): BoundCase {
  const { operation, problem, minSamples } = one;
  const bound = requireOperation(operation).bind(problem, device);
  const rest = { ...(minSamples === undefined ? {} : { minSamples }), ...(inputs && { inputs }) };
  if (one.entries !== undefined) {
    const entries = one.entries.map(({ kept: result, ...entry }) => ({
      ...bindEntry({ operation, problem, ...entry }, device, kept),
      ...(result && { kept: result }),
    }));
    const [first] = one.entries;
    if (first === undefined) throw new ShapeError('entries', 'at least one entry', 'none');
    return { problem: bound, entries, baseline: first.label ?? first.variant, ...rest };
  }
  const ids = one.variants ?? bound.variantIds;
  // The list's order, whatever the caller's.
  const ordered = [...ids].sort((a, b) => bound.variantIds.indexOf(a) - bound.variantIds.indexOf(b));
  return {
    problem: bound,
    entries: ordered.map((id) => {
      const { variant, paramsFrom } = chooseParams(bound, id, one.params?.[id], kept);
      return { problem: bound, variant, about: { paramsFrom } };
    }),
    baseline: bound.variantIds[0] ?? '',
    ...rest,
  };
}

/**
 * A variant with its problem, parameters, modifiers and sources filled in.
 * @throws ShapeError, UnsupportedError; ShaderError if a modifier is more than a function's body
 */
export function bindEntry(
  {
    operation,
    problem,
    variant,
    params,
    sources = {},
    modifiers,
    label,
    sweep,
  }: KernelArgs & Pick<MeasureEntry, 'label' | 'sweep'>,
  device: DeviceProfile,
  kept: Kept,
): BoundEntry {
  const bound = bindModified(operation, problem, modifiers, device);
  const { variant: shipped, paramsFrom } = chooseParams(bound, variant, params, kept);
  const edited = Object.keys(sources).sort();
  return {
    problem: bound,
    variant: withEdits(shipped, sources),
    about: {
      paramsFrom,
      ...(sweep === true && { sweep }),
      ...(label === undefined ? {} : { label }),
      ...(edited.length > 0 && { edited }),
    },
  };
}

/** A variant with texts in place of shipped ones. */
export const withEdits = (variant: BoundVariant, sources: ShaderSources): BoundVariant =>
  Object.keys(sources).length === 0
    ? variant
    : { ...variant, plan: () => withSources(variant.plan(), sources) };

function bindModified(
  operation: KernelArgs['operation'],
  problem: object,
  modifiers: ModifierTexts | undefined,
  device: DeviceProfile,
): BoundProblem {
  const own = Object.entries(modifiers ?? {});
  const { modifiers: known, bind } = requireOperation(operation);
  const names = Object.keys(known.signatures);
  const unknown = own.find(([name]) => !names.includes(name));
  if (unknown !== undefined) {
    const expected = names.length === 0 ? `none: ${operation} has nothing to modify` : names.join(', ');
    throw new ShapeError('modifiers', expected, unknown[0]);
  }
  return bind({ ...problem, ...modifiers }, device);
}
