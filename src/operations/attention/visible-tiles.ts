import { ceilDiv } from '../../core/plan.ts';
import type { Range } from '../../tile/trace-tiles.ts';
import { groupSize, type AttentionProblem } from './problem.ts';
import { sumOfFloors, type Steps } from './sums.ts';
import { edgesOf, entriesOf, visibleKeys, type Entries, type Stretch } from './visibility.ts';

/**
 * Tiles that hold a key which some row of their block may see for its place: what `row_block` in WGSL makes of it.
 * Added up in closed form, so that a problem of any size is planned at once.
 */
export function visibleTiles(problem: AttentionProblem, blockM: number, blockN: number): number {
  const { selected, batch, numKVHeads, seqLenQ } = problem;
  if (selected) {
    const rowBlocks = ceilDiv(groupSize(problem) * seqLenQ, blockM);
    return batch * numKVHeads * rowBlocks * ceilDiv(selected.slots, blockN);
  }
  let tiles = 0;
  for (const entries of entriesOf(problem)) {
    tiles += entries.count * tilesOfEntry(problem, entries, blockM, blockN);
  }
  return tiles * problem.numKVHeads;
}

/** Tiles of the query heads that share a key head. Their rows lie one head below another, so blocks may hold several. */
function tilesOfEntry(
  problem: AttentionProblem,
  { stretches, entry }: Entries,
  blockM: number,
  blockN: number,
): number {
  const { seqLenQ } = problem;
  const heads = groupSize(problem);
  const between = (token: number, last: number) => {
    const { first } = visibleKeys(problem, token, entry);
    const { end } = visibleKeys(problem, last, entry);
    return ceilDiv(end, blockN) - Math.floor(first / blockN);
  };
  const rowsOf = (head: number) => {
    const first = (blockM - ((head * seqLenQ) % blockM)) % blockM;
    return { first, step: blockM, count: Math.max(0, Math.floor((seqLenQ - first) / blockM)) };
  };
  let [tiles, blocks] = [0, 0];
  // Every so many heads begin at the same place in a block.
  const period = Math.min(heads, blockM);
  for (let head = 0; head < period; head++) {
    const times = ceilDiv(heads - head, period);
    const within = rowsOf(head);
    tiles += times * tilesOfBlocks(problem, stretches, within, blockN);
    blocks += times * within.count;
  }
  // The last block may end early.
  const { first, count } = rowsOf(heads - 1);
  const rest = first + count * blockM;
  if (rest < seqLenQ) {
    tiles += between(rest, seqLenQ - 1);
    blocks++;
  }
  const straddling = ceilDiv(heads * seqLenQ, blockM) - blocks;
  return tiles + straddling * between(0, seqLenQ - 1);
}

/** Tiles of blocks of `step` rows of one head each. @param blocks their first tokens */
function tilesOfBlocks(
  problem: AttentionProblem,
  stretches: readonly Stretch[],
  blocks: Steps,
  blockN: number,
): number {
  const ends = { ...blocks, first: blocks.first + blocks.step - 1 };
  let tiles = 0;
  for (const stretch of stretches) {
    const { first, end } = edgesOf(problem, stretch);
    const up = blockN - 1;
    const rounded = { offset: end.offset + up, low: end.low + up, high: end.high + up };
    tiles += sumOfFloors(rounded, within(ends, stretch.tokens), blockN);
    tiles -= sumOfFloors(first, within(blocks, stretch.tokens), blockN);
  }
  return tiles;
}

/** The steps that fall into a range. */
function within({ first, step, count }: Steps, range: Range): Steps {
  const stepsTo = (limit: number) => Math.min(count, Math.max(0, ceilDiv(limit - first, step)));
  const skipped = stepsTo(range.first);
  return { first: first + skipped * step, step, count: stepsTo(range.end) - skipped };
}
