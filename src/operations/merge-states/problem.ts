import { requireCount } from '../../core/checks.ts';

/** States to put together: each a `[numRows, headDimV]` output and a `[numRows]` lse. */
export interface MergeStatesProblem {
  readonly numStates: number;
  /** batch · numHeads · seqLenQ */
  readonly numRows: number;
  readonly headDimV: number;
}

/** Fills in defaults (2 states, 1 row, headDimV 64) and checks. @throws ShapeError on a value that cannot be */
export function mergeStatesProblem(partial: Partial<MergeStatesProblem>): MergeStatesProblem {
  const { numStates = 2, numRows = 1, headDimV = 64 } = partial;
  const problem = { numStates, numRows, headDimV };
  for (const name of ['numStates', 'numRows', 'headDimV'] as const) requireCount(name, problem[name]);
  return problem;
}

/** Elements of one state's output. */
export const stateSize = ({ numRows, headDimV }: MergeStatesProblem): number => numRows * headDimV;
