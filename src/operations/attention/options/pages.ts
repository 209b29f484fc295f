import { isInteger } from '../../../core/checks.ts';
import { ShapeError, UnsupportedError } from '../../../core/errors.ts';
import { ceilDiv, u32 } from '../../../core/plan.ts';
import { uniformStream } from '../../../core/random.ts';
import { describe, formatShape, sizeOf } from '../../../core/tensor.ts';
import { requireSlots, slotsOf, type PageLayout, type PagesArgument } from '../pages.ts';
import type { AttentionProblem } from '../problem.ts';
import { option } from './option.ts';
import { copiesKeys } from './rope.ts';

/** Heading of the form: where keys and values come from. */
export const CACHE = 'Key/value cache';

const MOST_KEYS = 256;

export const pages = option({
  name: 'pages',
  title: 'Page size',
  help: 'keys and values lie in pages of so many keys, in any order, found by a table',
  flag: '--page-size <n>',
  group: CACHE,
  control: { kind: 'count', most: MOST_KEYS },
  unset: 'no pages',
  alsoCalled: ['pages.pageSize'],
  example: '16',
  apply(pageSize, { batch = 1, seqLenQ = 1, seqLenKV = seqLenQ, seqLensKV }) {
    const pagesPerEntry = ceilDiv(seqLenKV, pageSize);
    const lengths = seqLensKV ?? Array.from({ length: batch }, () => seqLenKV);
    const numPages = lengths.reduce((sum, length) => sum + ceilDiv(length, pageSize), 0);
    return { pages: { pageSize, pagesPerEntry, numPages: Math.max(1, numPages) } };
  },
  arguments: {
    pages(value, { pages: layout }) {
      const { table } = requirePages(value);
      return { fields: layout === undefined ? {} : { pages: layout }, data: table.data };
    },
  },
  condition: { name: 'PAGED', about: 'keys and values lie in pages, found by a table' },
  uniforms: ({ pages: layout }) => [
    u32('page_size', layout?.pageSize ?? 1),
    u32('pages_per_entry', layout?.pagesPerEntry ?? 1),
  ],
  data: {
    name: 'pageTable',
    dtype: 'i32',
    packed: true,
    count: ({ batch, pages: layout }) => batch * (layout?.pagesPerEntry ?? 0),
    values: shuffledPages,
  },
  random(draw, { batch, seqLenKV }) {
    const pageSize = draw.oneOf(1, 3, 8, 16, 100);
    const pagesPerEntry = ceilDiv(seqLenKV, pageSize) + draw.int(0, 2);
    return { pages: { pageSize, pagesPerEntry, numPages: draw.int(1, batch * pagesPerEntry) } };
  },
  check(problem) {
    const { pages: layout, seqLenKV } = problem;
    if (layout === undefined) return;
    if (copiesKeys(problem)) {
      const reason =
        'pages hold keys as they are met: store them rotated, with keysRotated and scores of one f32';
      throw new UnsupportedError(reason, 'pages');
    }
    for (const name of ['pageSize', 'pagesPerEntry', 'numPages'] as const) {
      if (isInteger(layout[name], 1, name === 'pageSize' ? MOST_KEYS : 2 ** 31)) continue;
      const most = name === 'pageSize' ? ` to ${MOST_KEYS}` : ' up';
      throw new ShapeError(`pages.${name}`, `a whole number from 1${most}`, String(layout[name]));
    }
    const slots = ceilDiv(seqLenKV, layout.pageSize);
    if (layout.pagesPerEntry >= slots) return;
    throw new ShapeError('pages.pagesPerEntry', `${slots} for ${seqLenKV} keys`, `${layout.pagesPerEntry}`);
  },
});

/** Pages in any order, each used again only if there are too few; −1 where an entry needs none. */
function shuffledPages(problem: AttentionProblem, seed: number): Int32Array {
  const { batch, pages: layout } = problem;
  if (layout === undefined) return new Int32Array();
  const { numPages, pagesPerEntry, pageSize } = layout;
  const uniform = uniformStream(seed + 9);
  const order = Array.from({ length: numPages }, (_, page) => ({ page, at: uniform() }))
    .sort((a, b) => a.at - b.at)
    .map(({ page }) => page);
  const table = new Int32Array(batch * pagesPerEntry).fill(-1);
  let used = 0;
  for (let entry = 0; entry < batch; entry++) {
    for (let slot = 0; slot < slotsOf(problem, pageSize, entry); slot++) {
      table[entry * pagesPerEntry + slot] = order[used++ % numPages] ?? 0;
    }
  }
  return table;
}

/** @throws ShapeError unless it is a page size and a table */
export function requirePages(value: unknown): PagesArgument {
  if (typeof value !== 'object' || value === null) {
    throw new ShapeError('pages', 'an object: { pageSize, table }', describe(value));
  }
  const { pageSize, table } = value as Partial<PagesArgument>;
  if (typeof pageSize !== 'number' || !isInteger(pageSize, 1, MOST_KEYS)) {
    throw new ShapeError('pages.pageSize', `a whole number from 1 to ${MOST_KEYS}`, describe(pageSize));
  }
  const given: unknown = table;
  if (typeof given !== 'object' || given === null || table === undefined || !Array.isArray(table.shape)) {
    throw new ShapeError('pages.table', 'a table: { shape, data }', describe(table));
  }
  if (!(table.data instanceof Int32Array)) {
    throw new ShapeError('pages.table.data', 'an Int32Array', describe(table.data));
  }
  return { pageSize, table };
}

/**
 * How the pages of a call lie. @param keyShape [numPages, numKVHeads, pageSize, headDim]
 * @throws ShapeError unless the table fits the batch and the pages that there are
 */
export function layoutOf(
  { pageSize, table }: PagesArgument,
  batch: number,
  keyShape: readonly number[],
): PageLayout {
  const [numPages = 0, , size] = keyShape;
  if (size !== pageSize) {
    throw new ShapeError('key.shape', `pages of ${pageSize} keys, as pages.pageSize`, formatShape(keyShape));
  }
  const pagesPerEntry = requireSlots(table.shape, batch);
  if (table.data.length !== sizeOf(table.shape)) {
    throw new ShapeError(
      'pages.table.data',
      `${sizeOf(table.shape)} elements for shape ${formatShape(table.shape)}`,
      `${table.data.length}`,
    );
  }
  const odd = table.data.find((page) => page < -1 || page >= numPages);
  if (odd === undefined) return { pageSize, numPages, pagesPerEntry };
  throw new ShapeError('pages.table.data', `pages from 0 to ${numPages - 1}, or −1 for none`, String(odd));
}
