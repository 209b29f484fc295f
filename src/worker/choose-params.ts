import type { BoundProblem, BoundVariant } from '../core/bind.ts';
import type { Params } from '../core/variant.ts';
import type { ParamsFrom } from '../core/run.ts';

/** The parameters that tuning has kept for a problem's class on this adapter, if any. */
export type Kept = (problem: BoundProblem, variant: string) => Params | undefined;

/** A variant, and where its parameters came from. */
export interface Chosen {
  readonly variant: BoundVariant;
  readonly paramsFrom: ParamsFrom;
}

/** Given parameters win, then kept ones that this problem supports, then defaults. @throws as `BoundProblem.variant` */
export function chooseParams(problem: BoundProblem, id: string, given: Params = {}, kept: Kept): Chosen {
  if (Object.keys(given).length > 0) return { variant: problem.variant(id, given), paramsFrom: 'given' };
  const tuned = kept(problem, id);
  if (tuned !== undefined) {
    // Its class is wider than the problem that was tuned.
    const variant = problem.variant(id, tuned);
    if (variant.supported === true) return { variant, paramsFrom: 'tuned' };
  }
  return { variant: problem.variant(id), paramsFrom: 'defaults' };
}
