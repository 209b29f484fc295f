import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { groupSize, type AttentionProblem } from '../../src/operations/attention/problem.ts';
import { visibleKeys, visiblePairs } from '../../src/operations/attention/visibility.ts';
import { visibleTiles } from '../../src/operations/attention/visible-tiles.ts';
import { cpuTime } from '../support/cpu-time.ts';

/** Row by row, as the kernels do. */
function pairsByRow(problem: AttentionProblem): number {
  let pairs = 0;
  for (let entry = 0; entry < problem.batch; entry++) {
    for (let i = 0; i < problem.seqLenQ; i++) {
      const { first, end } = visibleKeys(problem, i, entry);
      pairs += end - first;
    }
  }
  return pairs * problem.numHeads;
}

/** Block by block, as `row_block` in WGSL does. */
function tilesByBlock(problem: AttentionProblem, blockM: number, blockN: number): number {
  const { batch, numKVHeads, seqLenQ } = problem;
  const rowsPerHead = groupSize(problem) * seqLenQ;
  let tiles = 0;
  for (let entry = 0; entry < batch; entry++) {
    for (let row = 0; row < rowsPerHead; row += blockM) {
      const last = Math.min(row + blockM, rowsPerHead) - 1;
      const oneHead = Math.floor(row / seqLenQ) === Math.floor(last / seqLenQ);
      const { first } = visibleKeys(problem, oneHead ? row % seqLenQ : 0, entry);
      const { end } = visibleKeys(problem, oneHead ? last % seqLenQ : seqLenQ - 1, entry);
      tiles += Math.max(0, Math.ceil(end / blockN) - Math.floor(first / blockN));
    }
  }
  return tiles * numKVHeads;
}

const count = (max: number) => fc.integer({ min: 1, max });
const band = {
  causal: fc.constantFrom(false as const, 'bottom-right' as const, 'top-left' as const),
  window: fc.option(fc.tuple(fc.integer({ min: -1, max: 40 }), fc.integer({ min: -1, max: 40 })), {
    nil: undefined,
  }),
};

const dense = fc
  .record({
    ...band,
    batch: count(3),
    numKVHeads: count(2),
    group: count(5),
    seqLenQ: count(70),
    seqLenKV: count(70),
  })
  .chain(({ group, ...rest }) =>
    fc.record({
      ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, fc.constant(value)])),
      numHeads: fc.constant(group * rest.numKVHeads),
      seqLensKV: fc.option(
        fc.array(fc.integer({ min: 0, max: rest.seqLenKV }), {
          minLength: rest.batch,
          maxLength: rest.batch,
        }),
        { nil: undefined },
      ),
    }),
  );

const packed = fc
  .record({
    ...band,
    numHeads: count(4),
    documents: fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { minLength: 1, maxLength: 5 }),
  })
  .map(({ documents, ...rest }) => {
    const startsOf = (side: 0 | 1) =>
      documents.reduce<number[]>((starts, lengths) => [...starts, (starts.at(-1) ?? 0) + lengths[side]], [0]);
    const [cuSeqLensQ, cuSeqLensKV] = [startsOf(0), startsOf(1)];
    return {
      ...rest,
      numKVHeads: 1,
      cuSeqLensQ,
      cuSeqLensKV,
      seqLenQ: cuSeqLensQ.at(-1),
      seqLenKV: cuSeqLensKV.at(-1),
    };
  })
  .filter(({ seqLenQ = 0, seqLenKV = 0 }) => seqLenQ > 0 && seqLenKV > 0);

test.each([
  { of: 'entries of any lengths', problems: dense },
  { of: 'packed documents', problems: packed },
])('pairs and tiles of $of are those of a walk over all rows', ({ problems }) => {
  const problemArbitrary: fc.Arbitrary<object> = problems;
  fc.assert(
    fc.property(problemArbitrary, fc.constantFrom(1, 8, 16, 24), fc.constantFrom(1, 8, 20), (given, m, n) => {
      const problem = attentionProblem(given);
      expect(visiblePairs(problem)).toBe(pairsByRow(problem));
      expect(visibleTiles(problem, m, n)).toBe(tilesByBlock(problem, m, n));
    }),
    { numRuns: 500 },
  );
});

test('of problems of any size, at once', async () => {
  const length = 2 ** 32 - 1;
  const ms = await cpuTime(() => {
    for (const options of [{}, { causal: 'bottom-right' as const }, { window: [1000, 7] as const }]) {
      const problem = attentionProblem({
        batch: length,
        numHeads: 64,
        numKVHeads: 1,
        seqLenQ: length,
        ...options,
      });
      expect(visiblePairs(problem)).toBeGreaterThan(length);
      expect(visibleTiles(problem, 24, 16)).toBeGreaterThan(length);
    }
  });
  expect(ms).toBeLessThan(200);
});
