import { InvalidArgumentError } from 'commander';
import type * as LibraryModule from '../src/index.ts';
import { requireOperation } from '../src/operations/index.ts';
import {
  RING_VARIANTS,
  ringTheory,
  USUAL_SHARED,
  type RingOperation,
  type RingTheory,
} from '../src/ring/theory.ts';
import { shapingOf, type GivenFlags } from './shape-options.ts';

export const SCHEDULES = ['ring', 'all-to-all'] as const satisfies readonly LibraryModule.Schedule[];

/** A problem that ranks share, as `bench ring` measures it. */
export interface RingCase extends RingTheory {
  readonly problem: object;
  /** The variant of one device whose kernels ranks run. */
  readonly variant: string;
  /** All but the extent, in words. */
  readonly about: string;
}

/** The problem of one size, shaped by flags. @throws UsageError naming a flag */
export function ringCase(
  operation: RingOperation,
  schedule: LibraryModule.Schedule,
  size: number,
  given: GivenFlags,
): RingCase {
  const listed = requireOperation(operation);
  const shape = shapingOf(listed, given) ?? listed.problem;
  const problem = shape({ ...listed.bench.sized(size), ...USUAL_SHARED[operation] });
  const words = listed.words.family(Object.fromEntries(Object.entries(problem)));
  return {
    ...{ problem, variant: RING_VARIANTS[operation] },
    // A loss has one schedule.
    about: [...words, ...(listed.family === 'attention' ? [schedule] : [])].join(', '),
    ...ringTheory(operation, schedule, problem),
  };
}

/** Numbers of ranks, each once, in the order given. @throws InvalidArgumentError */
export function rankCounts(text: string): number[] {
  const numbers = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  if (numbers.every((count) => count >= 1 && count <= 64)) return [...new Set(numbers)];
  throw new InvalidArgumentError('Expected whole numbers from 1 to 64, separated by commas.');
}
