import type { Control, Option } from '../../../core/option.ts';
import type { Uniform } from '../../../core/plan.ts';
import type { Condition } from '../../../core/shader-names.ts';
import type { LossOption } from '../losses/loss.ts';
import type { ContrastiveProblem } from '../problem.ts';

/** The part of a row that checks and kernels read. */
interface Computed {
  /** Why it makes no sense with a loss that does not name it among its options. */
  readonly because?: string;
  /** Checks its field beside all others. @throws ShapeError, UnsupportedError */
  check?(problem: ContrastiveProblem): void;
  /** A condition of the shaders: on where the field is set, or `when` says so. */
  readonly condition?: { readonly name: Condition; when?(problem: ContrastiveProblem): boolean };
  /** Members of the shaders' `Params`. They are there whether the option is set or not. */
  uniforms?(problem: ContrastiveProblem): readonly Uniform[];
}

/** A row of the table of contrastive losses. */
export interface ContrastiveOption extends Option<ContrastiveProblem>, Computed {}

/** A row whose `apply` knows what its control reads. A row that a loss has to name says why others do not. */
export const option = <const C extends Control>(
  row: Option<ContrastiveProblem, C> &
    Computed &
    ({ readonly name: LossOption; readonly because: string } | { readonly because?: never }),
): ContrastiveOption => row;
