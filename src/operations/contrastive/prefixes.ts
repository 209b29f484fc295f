import type { DataArray } from '../../core/dtype.ts';
import { variableOf, type Plan, type PlanBuffer } from '../../core/plan.ts';
import type { DeviceProfile } from '../../core/device-profile.ts';
import type { Arrays, Params, Variant } from '../../core/variant.ts';
import type { ContrastiveProblem } from './problem.ts';

/** The tensors that a prefix cuts: their rows are embeddings. */
const EMBEDDINGS: readonly string[] = ['x', 'y', 'rowNegatives'];

/** The problem of one prefix, and what names its buffers beside those of other prefixes. */
export interface Prefix {
  readonly problem: ContrastiveProblem;
  readonly mark: string;
}

/** The problems that a loss over prefixes of the embeddings is the sum of, in their order; one without `prefixDims`. */
export function prefixesOf(problem: ContrastiveProblem): readonly Prefix[] {
  const { prefixDims, ...rest } = problem;
  if (prefixDims === undefined) return [{ problem, mark: '' }];
  return prefixDims.map((embedDim, index) => ({
    problem: { ...rest, embedDim },
    mark: ` of prefix ${index + 1}`,
  }));
}

/** The first `width` of every row of `embedDim` elements. */
export function truncated(
  rows: Float32Array | Uint16Array,
  embedDim: number,
  width: number,
): Float32Array | Uint16Array {
  const count = rows.length / embedDim;
  const cut = rows.slice(0, count * width);
  for (let row = 0; row < count; row++) {
    cut.set(rows.subarray(row * embedDim, row * embedDim + width), row * width);
  }
  return cut;
}

/** Whether an array holds elements of embeddings. */
export const isRows = (data: unknown): data is Float32Array | Uint16Array =>
  data instanceof Float32Array || data instanceof Uint16Array;

/** Inputs of whole embeddings as the plan of all prefixes has them. */
export function prefixInputs(problem: ContrastiveProblem, whole: Arrays): Arrays {
  const prefixes = prefixesOf(problem);
  const entries = Object.entries(whole).flatMap(([name, values]): [string, DataArray][] => {
    if (!EMBEDDINGS.includes(name) || !isRows(values)) return [[name, values]];
    return prefixes.map(({ mark, problem: { embedDim } }) => [
      name + mark,
      mark === '' ? values : truncated(values, problem.embedDim, embedDim),
    ]);
  });
  return Object.fromEntries(entries);
}

/** The arrays that one prefix has for itself, under the names of a problem without prefixes. */
export const ownArrays = (arrays: Arrays, { mark }: Prefix): Arrays =>
  Object.fromEntries(
    Object.entries(arrays).flatMap(([name, values]) =>
      name.endsWith(mark) ? [[name.slice(0, name.length - mark.length), values] as const] : [],
    ),
  );

/** The inputs of one prefix, with those that all share, under the names of a problem without prefixes. */
export function arraysOfPrefix(inputs: Arrays, prefix: Prefix): Arrays {
  if (prefix.mark === '') return inputs;
  const shared = Object.entries(inputs).filter(
    ([name]) => !EMBEDDINGS.some((one) => name.startsWith(`${one} of `)),
  );
  return { ...Object.fromEntries(shared), ...ownArrays(inputs, prefix) };
}

/** The outputs of one prefix, under the names that the plan of all prefixes gives them. */
export const outputsOfPrefix = (outputs: Arrays, { mark }: Prefix): Arrays =>
  Object.fromEntries(Object.entries(outputs).map(([name, values]) => [name + mark, values]));

/** A variant that runs the plans of all prefixes one after another, in one workspace. */
export const overPrefixes = (variant: Variant<ContrastiveProblem>): Variant<ContrastiveProblem> => ({
  ...variant,
  defaults: (problem, device) => sharedDefaults(variant, prefixesOf(problem), device),
  supports(problem, params, device) {
    for (const { problem: one, mark } of prefixesOf(problem)) {
      const reason = variant.supports(one, params, device);
      if (reason !== true) return reason + mark;
    }
    return true;
  },
  plan: (problem, params) =>
    together(
      prefixesOf(problem).map(({ problem: one, mark }) =>
        markedPlan(variant.plan(one, params), mark, one.embedDim / problem.embedDim),
      ),
    ),
});

/** Parameters of the widest prefix, with loads that suit the rows of all. */
function sharedDefaults(
  variant: Variant<ContrastiveProblem>,
  prefixes: readonly Prefix[],
  device: DeviceProfile,
): Params {
  const [first, ...rest] = [...prefixes].sort((a, b) => b.problem.embedDim - a.problem.embedDim);
  if (first === undefined) throw new RangeError('a loss has at least one prefix');
  const params = variant.defaults(first.problem, device);
  if (params['vectorWidth'] === undefined) return params;
  const widths = rest.map(({ problem }) => variant.defaults(problem, device)['vectorWidth'] ?? 1);
  return { ...params, vectorWidth: Math.min(params['vectorWidth'], ...widths) };
}

/**
 * A plan whose outputs and embeddings have names of their own.
 * @param share of a whole product of rows and columns that one of the prefix is
 */
function markedPlan(plan: Plan, mark: string, share: number): Plan {
  if (mark === '') return plan;
  const { buffers, passes } = plan;
  const own = new Set(
    buffers.flatMap(({ name, role }) => (role === 'output' || EMBEDDINGS.includes(name) ? [name] : [])),
  );
  const marked = (name: string) => (own.has(name) ? name + mark : name);
  return {
    ...plan,
    buffers: buffers.map((buffer) => ({ ...buffer, name: marked(buffer.name) })),
    passes: passes.map((pass) => ({
      ...pass,
      ...(pass.work !== undefined && { work: pass.work * share }),
      bindings: pass.bindings.map((binding) => ({
        ...binding,
        buffer: marked(binding.buffer),
        as: variableOf(binding),
      })),
    })),
  };
}

/** Plans one after another. Buffers of one name are one, as large as the largest of them. */
function together(plans: readonly Plan[]): Plan {
  const [first] = plans;
  if (first !== undefined && plans.length === 1) return first;
  const buffers = new Map<string, PlanBuffer>();
  for (const buffer of plans.flatMap((plan) => plan.buffers)) {
    const before = buffers.get(buffer.name);
    if (before === undefined || before.bytes < buffer.bytes) buffers.set(buffer.name, buffer);
  }
  return { buffers: [...buffers.values()], passes: plans.flatMap(({ passes }) => passes) };
}
