import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import { floatTensor } from '../../src/core/tensor.ts';
import { attentionBackwardProblem } from '../../src/operations/attention-backward/fill-problem.ts';
import { attentionCall } from '../../src/operations/attention/call.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { pageWaste, storedRows, type PagesArgument } from '../../src/operations/attention/pages.ts';
import { optionValues } from '../../src/core/option-data.ts';
import { attentionOptions } from '../../src/operations/attention/options/index.ts';

const zeros = (...shape: number[]) =>
  floatTensor(shape, new Float32Array(shape.reduce((product, extent) => product * extent, 1)));

const table = (data: number[], shape = [2, 3]) => ({ shape, data: Int32Array.from(data) });
const GOOD = { pageSize: 4, table: table([4, 0, -1, 2, 0, -1]) };

const call = (pages: unknown, seqLensKV: number[] | null = [8, 5]) =>
  attentionCall({
    query: zeros(2, 4, 1, 8),
    key: zeros(5, 2, 4, 8),
    value: zeros(5, 2, 4, 6),
    pages: pages as PagesArgument,
    ...(seqLensKV && { seqLensKV }),
  });

describe('the pages of a call', () => {
  test('say how long its keys are', () => {
    const [part] = call(GOOD).parts;
    expect(part?.problem).toMatchObject({
      ...{ batch: 2, numKVHeads: 2, seqLenKV: 12, headDimV: 6, seqLensKV: [8, 5] },
      pages: { pageSize: 4, numPages: 5, pagesPerEntry: 3 },
    });
  });

  test('are all full where no lengths are given', () => {
    expect(() => call({ pageSize: 4, table: table([4, 0, 1, 2, 0, 3]) }, null)).not.toThrow();
    expect(() => call(GOOD, null)).toThrow(expect.objectContaining({ argument: 'pages.table.data' }));
  });

  test.each<[string, unknown]>([
    ['pages', 4],
    ['pages.pageSize', { ...GOOD, pageSize: 0 }],
    ['pages.pageSize', { ...GOOD, pageSize: 257 }],
    ['key.shape', { ...GOOD, pageSize: 8 }],
    ['pages.table', { ...GOOD, table: undefined }],
    ['pages.table', { ...GOOD, table: null }],
    ['pages.table.shape', { ...GOOD, table: table([4, 0, -1, 2, 0, -1], [3, 2]) }],
    ['pages.table.shape', { ...GOOD, table: table([], [2, 0]) }],
    ['pages.table.data', { ...GOOD, table: table([4, 0, -1, 2, 0]) }],
    ['pages.table.data', { ...GOOD, table: { shape: [2, 3], data: [4, 0, -1, 2, 0, -1] } }],
    ['pages.table.data', { ...GOOD, table: table([4, 0, -1, 2, 5, -1]) }],
    ['pages.table.data', { ...GOOD, table: table([4, 0, -2, 2, 0, -1]) }],
    ['pages.table.data', { ...GOOD, table: table([4, -1, -1, 2, 0, -1]) }],
  ])('bad ones are refused by name: %s', (argument, pages) => {
    expect(() => call(pages)).toThrow(ShapeError);
    expect(() => call(pages)).toThrow(expect.objectContaining({ argument }));
  });

  test('have no gradients', () => {
    const pages = { pageSize: 4, numPages: 5, pagesPerEntry: 3 };
    expect(() => attentionBackwardProblem({ seqLenKV: 12, pages })).toThrow(UnsupportedError);
  });
});

test('seeded tables use each page once, where there are enough', () => {
  const problem = attentionProblem({
    ...{ batch: 2, numKVHeads: 2, numHeads: 2, seqLenKV: 40, seqLensKV: [40, 9], headDim: 4 },
    pages: { pageSize: 8, numPages: 7, pagesPerEntry: 6 },
  });
  const { pageTable } = optionValues(attentionOptions, problem, attention.inputs(problem, 3));
  const used = Array.from(pageTable ?? []).filter((page) => page >= 0);
  expect(used.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  const rows = storedRows(problem, pageTable, 3);
  expect([0, 8].map(rows)).toEqual([6, 7].map((slot) => ((pageTable?.[slot] ?? NaN) * 2 + 1) * 8));
});

test('what pages waste', () => {
  expect(pageWaste([100, 1, 0], 16, 10)).toEqual({ pageSize: 16, pages: 8, bytes: 1280, wasted: 270 });
  expect(pageWaste([100, 1, 0], 1, 10).wasted).toBe(0);
  const problem = attentionProblem({ seqLenKV: 100, pages: { pageSize: 16, numPages: 7, pagesPerEntry: 7 } });
  expect(attention.words.notes?.({ ...problem })[0]).toMatch(
    /^7 pages of 16 keys leave 6144 bytes unused, 11 %/,
  );
});
