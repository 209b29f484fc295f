import { ShapeError } from '../../core/errors.ts';
import { ceilDiv } from '../../core/plan.ts';
import { formatShape } from '../../core/tensor.ts';

/** How keys and values lie in pages. The page of each part of an entry is an input. */
export interface PageLayout {
  /** Keys of a page. */
  readonly pageSize: number;
  readonly numPages: number;
  /** Slots of an entry in the table. */
  readonly pagesPerEntry: number;
}

/** The part of a problem that says where keys and values lie. */
export interface Cached {
  readonly batch: number;
  readonly numKVHeads: number;
  readonly seqLenKV: number;
  readonly seqLensKV?: readonly number[];
  readonly pages?: PageLayout;
}

/** The pages of a call: key and value are then [numPages, numKVHeads, pageSize, headDim]. */
export interface PagesArgument {
  readonly pageSize: number;
  /** The page that each slot of an entry stands for; −1 for none. */
  readonly table: { readonly shape: readonly number[]; readonly data: Int32Array };
}

/** Slots that the keys of a batch entry fill. */
export const slotsOf = ({ seqLensKV, seqLenKV }: Cached, pageSize: number, entry: number): number =>
  ceilDiv(seqLensKV?.[entry] ?? seqLenKV, pageSize);

/** Rows of keys in memory, over all heads. */
export function storedKeys({ pages, batch, numKVHeads, seqLenKV }: Cached): number {
  return pages === undefined ? batch * numKVHeads * seqLenKV : pages.numPages * numKVHeads * pages.pageSize;
}

/** Where each key of a key/value head, counted over the batch, lies in memory: its row. */
export function storedRows(
  { pages, numKVHeads, seqLenKV }: Cached,
  table: ArrayLike<number> | undefined,
  head: number,
): (key: number) => number {
  if (pages === undefined) return (key) => head * seqLenKV + key;
  const { pageSize, pagesPerEntry } = pages;
  const [entry, own] = [Math.floor(head / numKVHeads), head % numKVHeads];
  return (key) => {
    const page = table?.[entry * pagesPerEntry + Math.floor(key / pageSize)] ?? NaN;
    return (page * numKVHeads + own) * pageSize + (key % pageSize);
  };
}

/** @throws ShapeError unless every slot that an entry needs has a page */
export function checkTable(problem: Cached, table: ArrayLike<number>): void {
  const { pages, batch } = problem;
  if (pages === undefined) return;
  for (let entry = 0; entry < batch; entry++) {
    for (let slot = 0; slot < slotsOf(problem, pages.pageSize, entry); slot++) {
      const page = table[entry * pages.pagesPerEntry + slot] ?? NaN;
      if (page >= 0) continue;
      throw new ShapeError(
        'pages.table.data',
        `a page for slot ${slot} of entry ${entry}, which has ${problem.seqLensKV?.[entry] ?? problem.seqLenKV} keys`,
        String(page),
      );
    }
  }
}

/** @throws ShapeError unless it is a shape of so many slots for each entry */
export function requireSlots(shape: readonly number[], batch: number): number {
  const [entries, slots = 0] = shape;
  if (shape.length === 2 && entries === batch && slots >= 1) return slots;
  throw new ShapeError('pages.table.shape', `[${batch}, slots]: one row per batch entry`, formatShape(shape));
}

/** Memory of a cache in pages for entries of some lengths. */
export interface PageWaste {
  readonly pageSize: number;
  readonly pages: number;
  /** Bytes of the keys and values of all heads. */
  readonly bytes: number;
  /** Bytes of the rows behind the last key of each entry, in its last page. */
  readonly wasted: number;
}

/** Memory that pages of a size take, and waste, for entries of these lengths. @param bytesPerKey of key and value, over all heads */
export function pageWaste(lengths: readonly number[], pageSize: number, bytesPerKey: number): PageWaste {
  const pages = lengths.reduce((sum, length) => sum + ceilDiv(length, pageSize), 0);
  const keys = lengths.reduce((sum, length) => sum + length, 0);
  return {
    pageSize,
    pages,
    bytes: pages * pageSize * bytesPerKey,
    wasted: (pages * pageSize - keys) * bytesPerKey,
  };
}
