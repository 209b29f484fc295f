import { ShapeError } from '../core/errors.ts';
import type { Range } from '../core/cut.ts';

/**
 * Rows in shards, one for each rank, whose sizes differ by at most one.
 * @throws ShapeError naming `ranks`, if there are fewer rows than ranks
 */
export function shardsOf(total: number, ranks: number, of: string, what = 'rows'): Range[] {
  if (ranks > total) {
    throw new ShapeError(
      'ranks',
      `at most ${total}, the ${what} of ${of}: each rank has one at least`,
      `${ranks}`,
    );
  }
  const first = (rank: number) => Math.floor((rank * total) / ranks);
  return Array.from({ length: ranks }, (_, rank) => ({
    first: first(rank),
    count: first(rank + 1) - first(rank),
  }));
}
