import type { BoundProblem, BoundVariant } from '../core/bind.ts';
import { chunksOf, workspaceBytes, type Plan } from '../core/plan.ts';

/** What a variant would ask of a device, known without running it. */
export interface Planned {
  readonly variant: string;
  readonly plan: Plan;
  /** Beyond inputs and outputs. */
  readonly workspaceBytes: number;
  readonly totalBytes: number;
  /** The largest of the GPU buffers: the one that meets the limit. */
  readonly largest: { readonly name: string; readonly bytes: number };
}

/** @throws UnsupportedError if the variant cannot serve the problem */
export function planned(variant: BoundVariant): Planned {
  const plan = variant.plan();
  const chunks = plan.buffers.flatMap(chunksOf);
  return {
    variant: variant.id,
    plan,
    workspaceBytes: workspaceBytes(plan),
    totalBytes: chunks.reduce((sum, { bytes }) => sum + bytes, 0),
    largest: chunks.reduce((a, b) => (b.bytes > a.bytes ? b : a), { name: '', bytes: 0 }),
  };
}

/** Of every variant that can serve the problem: what it would ask for, in teaching order. */
export const plannedVariants = (problem: BoundProblem): Planned[] =>
  problem.variantIds
    .map((id) => problem.variant(id))
    .filter(({ supported }) => supported === true)
    .map(planned);
