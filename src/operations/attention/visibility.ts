import { sizeOf } from '../../core/tensor.ts';
import type { Range } from '../../tile/trace-tiles.ts';
import type { AttentionProblem, Shard } from './problem.ts';
import { startOf, wholeExtents, wholeOf } from './shard.ts';
import { blockStrides, blockWords, type BlockMask } from './block-mask.ts';
import type { Selection } from './selected.ts';
import { sumOfFloors, type Clamped } from './sums.ts';

/** The keys a query can reach before causal and window limits apply; or, of a key, the queries. */
export interface Reach extends Range {
  /** The token on the other side that stands at the same place; it may lie outside. */
  readonly diagonal: number;
}

/** Keys of a batch entry. A shard has those of the whole that lie in it. */
export function keysOf(problem: AttentionProblem, entry: number): number {
  const { seqLensKV, seqLenKV } = problem;
  const own = (seqLensKV?.[entry] ?? wholeExtents(problem).seqLenKV) - startOf(problem).firstKey;
  return clamp(own, 0, seqLenKV);
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/** A reach in the whole problem as a shard sees it that has `count` tokens there, from `start` on. */
const inShard = ({ first, end, diagonal }: Reach, start: number, count: number): Reach => ({
  first: clamp(first - start, 0, count),
  end: clamp(end - start, 0, count),
  diagonal: diagonal - start,
});

/** The keys of query token `i`. With documents, those of its own. */
export function reachOfQuery(problem: AttentionProblem, entry: number, i: number): Reach {
  if (problem.shard !== undefined) {
    const { firstQuery, firstKey } = problem.shard;
    return inShard(reachOfQuery(wholeOf(problem), entry, firstQuery + i), firstKey, problem.seqLenKV);
  }
  const { cuSeqLensQ: queries, cuSeqLensKV: keys, seqLenQ, causal } = problem;
  if (queries && keys) return documentReach(queries, keys, i, causal === 'top-left');
  const end = keysOf(problem, entry);
  return { first: 0, end, diagonal: i + (causal === 'top-left' ? 0 : end - seqLenQ) };
}

/** The query tokens of key `j`. With documents, those of its own. */
export function reachOfKey(problem: AttentionProblem, entry: number, j: number): Reach {
  if (problem.shard !== undefined) {
    const { firstQuery, firstKey } = problem.shard;
    return inShard(reachOfKey(wholeOf(problem), entry, firstKey + j), firstQuery, problem.seqLenQ);
  }
  const { cuSeqLensQ: queries, cuSeqLensKV: keys, seqLenQ, causal } = problem;
  if (queries && keys) return documentReach(keys, queries, j, causal === 'top-left');
  const shift = causal === 'top-left' ? 0 : keysOf(problem, entry) - seqLenQ;
  return { first: 0, end: seqLenQ, diagonal: j - shift };
}

/** The document of token `at` of `own`, as a range of `other`; starts aligned, or ends. */
function documentReach(
  own: readonly number[],
  other: readonly number[],
  at: number,
  topLeft: boolean,
): Reach {
  const document = documentOf(own, at);
  const [start = NaN, stop = NaN] = own.slice(document, document + 2);
  const [first = NaN, end = NaN] = other.slice(document, document + 2);
  return { first, end, diagonal: topLeft ? first + at - start : end + at - stop };
}

/** The document that token `at` belongs to: the last that starts at or before it. */
function documentOf(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? Infinity) <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** How far left and right of the diagonal a query sees; -1 is unlimited. Causal is a band that ends on it. */
export function bandOf({
  causal,
  window: [left, right] = [-1, -1],
}: AttentionProblem): readonly [number, number] {
  return [left, causal === false ? right : 0];
}

/** Whether a query sees fewer keys than its batch entry has, for its place alone. */
export const isBanded = (problem: AttentionProblem): boolean => bandOf(problem).some((reach) => reach >= 0);

/** The keys that query `i` sees. Mask and bias may hide some of them. */
export function visibleKeys(problem: AttentionProblem, i: number, entry: number): Range {
  const { first, end, diagonal } = reachOfQuery(problem, entry, i);
  const [left, right] = bandOf(problem);
  const bandEnd = right < 0 ? end : clamp(diagonal + right + 1, first, end);
  return { first: left < 0 ? first : clamp(diagonal - left, first, bandEnd), end: bandEnd };
}

/** Query tokens in a row with limits of their own, a whole batch entry or a document of it, and the keys in their reach. */
export interface Stretch {
  readonly tokens: Range;
  readonly keys: Range;
  /** How far the diagonal of a token is past the token's own number. */
  readonly shift: number;
}

/** Entries of a batch that see alike. */
export interface Entries {
  readonly stretches: readonly Stretch[];
  /** One of them. */
  readonly entry: number;
  readonly count: number;
}

/** The entries of a batch, grouped by what they see. */
export function entriesOf(problem: AttentionProblem): Entries[] {
  if (problem.shard !== undefined) return shardEntries(problem, problem.shard);
  const { batch, seqLenQ, seqLenKV, seqLensKV, cuSeqLensQ, cuSeqLensKV } = problem;
  const shift = (tokens: Range, keys: Range) =>
    problem.causal === 'top-left' ? keys.first - tokens.first : keys.end - tokens.end;
  if (cuSeqLensQ && cuSeqLensKV) {
    const keys = rangesBetween(cuSeqLensKV);
    const stretches = rangesBetween(cuSeqLensQ).flatMap((tokens, document) => {
      const own = keys[document];
      if (own === undefined || tokens.first === tokens.end) return [];
      return [{ tokens, keys: own, shift: shift(tokens, own) }];
    });
    return [{ stretches, entry: 0, count: batch }];
  }
  const byLength = new Map<number, { entry: number; count: number }>();
  for (const [entry, length] of (seqLensKV ?? [seqLenKV]).entries()) {
    const times = seqLensKV === undefined ? batch : 1;
    byLength.set(length, { entry, count: (byLength.get(length)?.count ?? 0) + times });
  }
  const tokens = { first: 0, end: seqLenQ };
  return [...byLength].map(([end, rest]) => {
    const keys = { first: 0, end };
    return { stretches: [{ tokens, keys, shift: shift(tokens, keys) }], ...rest };
  });
}

/** The parts of the whole's stretches that lie in a shard. */
function shardEntries(problem: AttentionProblem, { firstQuery, firstKey }: Shard): Entries[] {
  const cut = ({ first, end }: Range, start: number, count: number): Range => ({
    first: clamp(first - start, 0, count),
    end: clamp(end - start, 0, count),
  });
  return entriesOf(wholeOf(problem)).map(({ stretches, ...rest }) => ({
    ...rest,
    stretches: stretches.flatMap(({ tokens, keys, shift }) => {
      const own = cut(tokens, firstQuery, problem.seqLenQ);
      if (own.first === own.end) return [];
      const keysIn = cut(keys, firstKey, problem.seqLenKV);
      return [{ tokens: own, keys: keysIn, shift: shift + firstQuery - firstKey }];
    }),
  }));
}

const rangesBetween = (starts: readonly number[]): Range[] =>
  starts.slice(1).map((end, document) => ({ first: starts[document] ?? 0, end }));

/** The first key that each token of a stretch sees, and the end of its keys: as `visibleKeys` has them. */
export function edgesOf(
  problem: AttentionProblem,
  { keys, shift }: Stretch,
): Readonly<Record<keyof Range, Clamped>> {
  const [left, right] = bandOf(problem);
  const { first: low, end: high } = keys;
  return {
    first: { offset: shift - left, low, high: left < 0 ? low : high },
    end: { offset: shift + right + 1, low: right < 0 ? high : low, high },
  };
}

/** Visible (query, key) pairs over the whole problem; a mask tensor is taken to hide none, and lists of keys to be full. */
export function visiblePairs(problem: AttentionProblem): number {
  if (problem.selected) return pairsOfLists(problem, problem.selected);
  if (problem.blockMask) return pairsInBlocks(problem, problem.blockMask);
  let pairs = 0;
  for (const { stretches, count } of entriesOf(problem)) {
    for (const stretch of stretches) {
      const { first, end } = stretch.tokens;
      const tokens = { first, step: 1, count: end - first };
      const seen = edgesOf(problem, stretch);
      pairs += count * (sumOfFloors(seen.end, tokens, 1) - sumOfFloors(seen.first, tokens, 1));
    }
  }
  return pairs * problem.numHeads;
}

/** Pairs of rows with the keys of their lists. Lists that are chosen hold each key once at most, so that no row meets more than it sees. */
function pairsOfLists(problem: AttentionProblem, { slots, by }: Selection): number {
  const { batch, numHeads, seqLenQ } = problem;
  if (by === undefined) return batch * numHeads * seqLenQ * slots;
  let pairs = 0;
  for (let entry = 0; entry < batch; entry++) {
    for (let i = 0; i < seqLenQ; i++) {
      const { first, end } = visibleKeys(problem, i, entry);
      pairs += Math.min(slots, end - first);
    }
  }
  return pairs * numHeads;
}

/** Visible pairs where a block mask hides some, counted query by query. */
function pairsInBlocks(problem: AttentionProblem, mask: BlockMask): number {
  const { batch, numHeads, seqLenQ } = problem;
  const [byEntry, byHead] = blockStrides(mask);
  const shownBefore = shownKeys(wholeOf(problem), mask);
  const { firstQuery, firstKey, firstHead } = startOf(problem);
  // Heads and entries that see alike are counted once.
  const heads = byHead === 0 ? 1 : numHeads;
  const entries = byEntry === 0 && problem.seqLensKV === undefined ? 1 : batch;
  let pairs = 0;
  for (let entry = 0; entry < entries; entry++) {
    for (let i = 0; i < seqLenQ; i++) {
      const { first, end } = visibleKeys(problem, i, entry);
      for (let head = 0; head < heads; head++) {
        const shown = shownBefore(entry, firstHead + head, firstQuery + i);
        pairs += shown(firstKey + end) - shown(firstKey + first);
      }
    }
  }
  return (pairs * batch * numHeads) / (entries * heads);
}

/** How many of the keys before a given one a query sees, as far as a block mask says. */
function shownKeys({ seqLenKV }: AttentionProblem, mask: BlockMask) {
  const { blockM, blockN, shape } = mask;
  const columns = shape[3] ?? 1;
  const words = blockWords(mask);
  const [byEntry, byHead] = blockStrides(mask);
  const isShown = (block: number) => (((words[block >> 5] ?? 0) >>> (block & 31)) & 1) === 1;
  // For each row of blocks, the keys that it shows before each block.
  const lines = Array.from({ length: sizeOf(shape) / columns }, (_, line) => {
    const before = new Float64Array(columns + 1);
    for (let column = 0; column < columns; column++) {
      const width = Math.min(blockN, seqLenKV - column * blockN);
      before[column + 1] = (before[column] ?? 0) + (isShown(line * columns + column) ? width : 0);
    }
    return before;
  });
  return (entry: number, head: number, query: number) => {
    const line = (entry * byEntry + head * byHead) / columns + Math.floor(query / blockM);
    const before = lines[line] ?? new Float64Array();
    return (key: number): number => {
      const column = Math.floor(key / blockN);
      const within = isShown(line * columns + column) ? key - column * blockN : 0;
      return (before[column] ?? 0) + (column < columns ? within : 0);
    };
  };
}

/** FLOPs of the forward over the pairs that bands and lengths leave: 2 · visible pairs · (headDim + headDimV). */
export function attentionFlops(problem: AttentionProblem): number {
  return 2 * visiblePairs(problem) * (problem.headDim + problem.headDimV);
}
