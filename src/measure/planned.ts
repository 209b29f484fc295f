import type { BoundProblem, BoundVariant } from '../core/bind.ts';
import { chunksOf, workspaceBytes, type Plan } from '../core/plan.ts';

/** The memory that a variant would need, known from its plan alone. */
export interface Planned {
  readonly variant: string;
  readonly plan: Plan;
  /** Bytes beyond inputs and outputs. */
  readonly workspaceBytes: number;
  readonly totalBytes: number;
  /** The largest GPU buffer, which is the first to reach a device's limit. */
  readonly largest: { readonly name: string; readonly bytes: number };
}

/** The memory that one variant would need. @throws UnsupportedError if the variant cannot compute the problem */
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

/**
 * The memory that each variant would need, in teaching order. Variants that cannot compute the problem are left out.
 */
export const plannedVariants = (problem: BoundProblem): Planned[] =>
  problem.variantIds
    .map((id) => problem.variant(id))
    .filter(({ supported }) => supported === true)
    .map(planned);
