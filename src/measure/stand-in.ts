import type { BoundProblem } from '../core/bind.ts';
import type { Arrays } from '../core/variant.ts';
import type { Deviation } from '../core/deviation.ts';
import { UnsupportedError } from '../core/errors.ts';
import { runOnce, type Session } from '../gpu/session.ts';
import { valuesOf } from '../core/half.ts';
import { compare } from '../core/deviation.ts';

/** The largest difference of two f32 kernels that are each within 1e-5 of the exact result. */
const BOUND = 2e-5;

/** FLOPs that a float64 reference may take: about a second of JavaScript. */
export const REFERENCE_FLOPS = 1e9;

export interface Judge {
  readonly session: Session;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares outputs with the float64 reference. A modifier without a twin in JavaScript has none. Outputs are then
 * compared with those of the shipped naive variant in f32, on the same inputs, and `coverage` says so.
 * @throws UnsupportedError if naive cannot run either
 */
export async function verified(
  judge: Judge,
  problem: BoundProblem,
  inputs: Arrays,
  outputs: Arrays,
  flopBudget: number,
): Promise<Deviation> {
  try {
    return problem.verify(inputs, outputs, flopBudget);
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    return againstNaive(judge, problem, inputs, outputs, error.reason);
  }
}

async function againstNaive(
  { session, signal }: Judge,
  problem: BoundProblem,
  inputs: Arrays,
  outputs: Arrays,
  reason: string,
): Promise<Deviation> {
  const [naive = ''] = problem.variantIds;
  const plan = planOf(problem, naive, reason);
  const { outputs: expected } = await session.guard(runOnce(session, plan, inputs, { signal }));
  const pairs = Object.entries(expected).map(([name, values]) => ({
    actual: valuesOf(outputs[name] ?? new Float32Array()),
    expected: valuesOf(values),
  }));
  return compare(pairs, BOUND, `all of it, with ${naive} in f32: ${reason}`);
}

function planOf(problem: BoundProblem, naive: string, reason: string) {
  try {
    return problem.variant(naive).plan();
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    throw new UnsupportedError(`${reason}, and ${naive} cannot stand in for it: ${error.reason}`);
  }
}
