/** Pages, chosen keys and dense attention beside each other: to the last bit, where the order of tiles is the same. */
import { describe, expect, test } from 'vitest';
import { segmentedAttention, type KeySegment, type Tensor } from '../../src/index.ts';
import { compare } from '../../src/core/deviation.ts';
import { normals } from '../../src/core/random.ts';
import { sampleRows } from '../../src/core/sample.ts';
import { sizeOf } from '../../src/core/tensor.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { attentionReference } from '../../src/operations/attention/reference.ts';
import { QUICK_TILE } from '../../src/tile/odd-tiles.ts';
import { useAnyLab } from '../support/any-lab.ts';

const lab = useAnyLab();

const VARIANTS = [
  { variant: 'naive' },
  { variant: 'flash', params: QUICK_TILE },
  { variant: 'two-pass', params: QUICK_TILE },
  { variant: 'split-kv', params: { ...QUICK_TILE, splits: 2 } },
] as const;

const tensor = (seed: number, ...shape: number[]): Tensor => ({ shape, data: normals(sizeOf(shape), seed) });
const bitsOf = ({ data }: Tensor): Uint32Array => new Uint32Array(data.buffer, data.byteOffset, data.length);

const [HEADS, WIDTH] = [2, 8];
const LENGTHS = [37, 60];
/** Leading keys that both entries share. */
const SHARED = 32;

/** Keys of two entries one after another, NaN behind their ends. */
function contiguous(seed: number): Tensor {
  const keys = Math.max(...LENGTHS);
  const { shape, data } = tensor(seed, 2, HEADS, keys, WIDTH);
  for (let line = 0; line < 2 * HEADS; line++) {
    const at = line * keys * WIDTH;
    data.fill(NaN, at + (LENGTHS[Math.floor(line / HEADS)] ?? 0) * WIDTH, at + keys * WIDTH);
    if (line >= HEADS)
      data.copyWithin(at, at - HEADS * keys * WIDTH, at - HEADS * keys * WIDTH + SHARED * WIDTH);
  }
  return { shape, data };
}

/** The same keys in pages, the last one first; whole pages of what is shared are there once. */
function inPages(given: Tensor, pageSize: number) {
  const keys = given.shape[2] ?? 0;
  const slots = Math.ceil(keys / pageSize) + 1;
  const table = new Int32Array(2 * slots).fill(-1);
  const places: { entry: number; slot: number }[] = [];
  LENGTHS.forEach((length, entry) => {
    for (let slot = 0; slot * pageSize < length; slot++) {
      const isShared = entry === 1 && (slot + 1) * pageSize <= SHARED;
      table[entry * slots + slot] = isShared ? (table[slot] ?? -1) : places.push({ entry, slot }) - 1;
    }
  });
  const last = places.length - 1;
  const data = new Float32Array(places.length * HEADS * pageSize * WIDTH).fill(NaN);
  places.forEach(({ entry, slot }, page) => {
    for (let head = 0; head < HEADS; head++) {
      const from = ((entry * HEADS + head) * keys + slot * pageSize) * WIDTH;
      const count = Math.min(pageSize, keys - slot * pageSize) * WIDTH;
      const to = ((last - page) * HEADS + head) * pageSize * WIDTH;
      data.set(given.data.subarray(from, from + count), to);
    }
  });
  return {
    tensor: { shape: [places.length, HEADS, pageSize, WIDTH], data },
    table: { shape: [2, slots], data: table.map((page) => (page < 0 ? page : last - page)) },
  };
}

describe.each(VARIANTS)('$variant', (options) => {
  const query = tensor(1, 2, 2 * HEADS, 3, WIDTH);
  const masks = { causal: true, seqLensKV: LENGTHS };

  test('pages of any size are contiguous keys, to the last bit', async () => {
    const [key, value] = [contiguous(2), contiguous(3)];
    const expected = await lab().attention({ query, key, value, ...masks }, options);
    for (const pageSize of [1, 5, 16, 256]) {
      const [keys, values] = [inPages(key, pageSize), inPages(value, pageSize)];
      const paged = { key: keys.tensor, value: values.tensor, pages: { pageSize, table: keys.table } };
      const found = await lab().attention({ query, ...paged, ...masks }, options);
      expect([pageSize, bitsOf(found.output)]).toEqual([pageSize, bitsOf(expected.output)]);
      expect([pageSize, bitsOf(found.lse)]).toEqual([pageSize, bitsOf(expected.lse)]);
    }
  });

  test('all keys chosen, by whatever method, are dense attention', async () => {
    const [key, value] = [tensor(4, 2, HEADS, 40, WIDTH), tensor(5, 2, HEADS, 40, WIDTH)];
    const expected = await lab().attention({ query, key, value, causal: true }, options);
    for (const method of ['channels', 'blocks', 'landmarks'] as const) {
      const choose = { method, keys: 40 };
      const found = await lab().attention({ query, key, value, causal: true, choose }, options);
      expect([method, bitsOf(found.output)]).toEqual([method, bitsOf(expected.output)]);
    }
  });
});

test('a summary that a call returns makes the same choice in the next, also on the device', async () => {
  const [query, key, value] = [
    tensor(1, 1, 4, 1, WIDTH),
    tensor(2, 1, 2, 70, WIDTH),
    tensor(3, 1, 2, 70, WIDTH),
  ];
  for (const method of ['channels', 'blocks', 'lsh'] as const) {
    const choose = { method, keys: 40, ...(method === 'lsh' && { bits: 3, tables: 8 }) };
    const args = { query, key, value };
    const first = await lab().attention({ ...args, choose: { ...choose, returnSummary: true } });
    const kept = await lab().attention(
      { ...args, choose: { ...choose, returnSummary: true } },
      { keep: true },
    );
    for (const summary of [first.keySummary, kept.keySummary]) {
      if (summary === undefined) throw new Error('a summary was asked for');
      const next = await lab().attention({ ...args, choose: { ...choose, summary } });
      expect([method, bitsOf(next.output)]).toEqual([method, bitsOf(first.output)]);
      expect(next).not.toHaveProperty('keySummary');
    }
  }
});

describe('keys in several segments', () => {
  const heads = { numHeads: 4, numKVHeads: 2 };
  /** Where the queries of each request start. */
  const requests = [0, 1, 3, 4, 7];
  const query = tensor(10, 1, heads.numHeads, 7, WIDTH);
  const segment = (seed: number, keyStarts: readonly number[]) => ({
    key: tensor(seed, 1, heads.numKVHeads, keyStarts.at(-1) ?? 0, WIDTH),
    value: tensor(seed + 1, 1, heads.numKVHeads, keyStarts.at(-1) ?? 0, WIDTH),
    keyStarts,
  });
  /** A prompt that all share, two prompts that two requests each share, and the keys of each request. */
  const tree: KeySegment[] = [
    { ...segment(11, [0, 11]), queryStarts: [0, 7] },
    { ...segment(13, [0, 7, 12]), queryStarts: [0, 3, 7] },
    { ...segment(15, [0, 3, 7, 9, 15]), queryStarts: requests, causal: true },
  ];

  /** Each request by itself, over the keys of its nodes one after another. */
  function expectedOf(segments: readonly KeySegment[]): { output: number[]; lse: number[] } {
    const [output, lse] = [new Float64Array(query.data.length), new Float64Array(heads.numHeads * 7)];
    requests.slice(1).forEach((end, request) => {
      const first = requests[request] ?? 0;
      const gathered = (part: 'key' | 'value') =>
        Array.from({ length: heads.numKVHeads }, (_, head) =>
          segments.flatMap(({ queryStarts = [], keyStarts = [], ...own }) => {
            const node = Array.from(queryStarts).findLastIndex((start) => start <= first);
            const { shape, data } = own[part] as Tensor;
            const row = (key: number | undefined) => (head * (shape[2] ?? 0) + (key ?? NaN)) * WIDTH;
            return Array.from(data.slice(row(keyStarts[node]), row(keyStarts[node + 1])));
          }),
        ).flat();
      const rowsOf = (data: ArrayLike<number>, width: number) =>
        Array.from({ length: heads.numHeads }, (_, head) =>
          Array.from(data).slice((7 * head + first) * width, (7 * head + end) * width),
        ).flat();
      const key = gathered('key');
      const seqLenKV = key.length / heads.numKVHeads / WIDTH;
      const problem = attentionProblem({
        ...{ ...heads, headDim: WIDTH, seqLenQ: end - first, seqLenKV, causal: 'bottom-right' },
      });
      const rows = sampleRows(heads.numHeads * (end - first), Infinity);
      const own = { query: rowsOf(query.data, WIDTH), key, value: gathered('value') };
      const found = attentionReference(problem, own, rows);
      rows.forEach((row) => {
        const to = 7 * Math.floor(row / (end - first)) + first + (row % (end - first));
        output.set(found.output.subarray(row * WIDTH, (row + 1) * WIDTH), to * WIDTH);
        lse[to] = found.lse[row] ?? NaN;
      });
    });
    return { output: [...output], lse: [...lse] };
  }

  test.each([
    ['prefixes in a tree of three levels', tree],
    // Several responses to each of two requests.
    ['a request cache and a response cache', tree.slice(1)],
  ])('%s are one cache', async (_, segments) => {
    const { output, lse, run } = await segmentedAttention(lab(), { query, segments });
    const expected = expectedOf(segments);
    const deviation = compare(
      [
        { output: 'output', actual: output.data, expected: Float64Array.from(expected.output), width: WIDTH },
        { output: 'lse', actual: lse.data, expected: Float64Array.from(expected.lse) },
      ],
      5e-6,
      'all rows',
    );
    expect(deviation.ok).toBe(true);
    expect(run.operation).toBe('merge-states');
  });

  test('bad ones are refused by name', async () => {
    const attempt = (args: object) => segmentedAttention(lab(), { query, segments: tree, ...args });
    const [first, second] = tree;
    for (const [argument, args] of [
      ['segments', { segments: [] }],
      ['segments[0]', { segments: [3] }],
      ['segments[1].value.shape', { segments: [first, { ...second, value: first?.value }] }],
      ['segments[1].queryStarts', { segments: [first, { ...second, queryStarts: [0, 8] }] }],
      ['segments[0].keyStarts', { segments: [{ ...first, keyStarts: [1, 2] }] }],
      ['query.shape', { query: tensor(1, 2, 3) }],
      ['segmnts', { segmnts: 1 }],
    ] as const) {
      await expect(attempt(args), argument).rejects.toThrow(expect.objectContaining({ argument }));
    }
  });
});
