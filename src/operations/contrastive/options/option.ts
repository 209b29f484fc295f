import { optionsOf, type Control, type Option } from '../../../core/option.ts';
import type { LossOption } from '../losses/loss.ts';
import type { ContrastiveProblem } from '../problem.ts';

/** A row of the table of contrastive losses. */
export interface ContrastiveOption extends Option<ContrastiveProblem> {
  /** Why it makes no sense with a loss that does not name it among its options. */
  readonly because?: string;
}

/** A row whose `apply` knows what its control reads. */
export const option = optionsOf<ContrastiveProblem>();

/** A row that only some losses go with. */
export const optionOfSome = <const C extends Control>(
  because: string,
  row: Parameters<typeof option<C>>[0] & { readonly name: LossOption },
): ContrastiveOption => ({ ...option(row), because });
