import { expect, test } from 'vitest';
import { addPart, cutTensor, type Cut } from '../../src/core/cut.ts';
import { rankTimes } from '../../src/core/rank-times.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { problemAt } from '../../src/operations/attention/sharded/place.ts';
import { visibleTiles } from '../../src/operations/attention/visible-tiles.ts';
import { visiblePairs } from '../../src/operations/attention/visibility.ts';
import { piecesOf } from '../../src/ring/attention/run.ts';

test('a part of a tensor is cut along any axes, and goes back to its place', () => {
  const tensor = { shape: [2, 3, 4], data: Float32Array.from({ length: 24 }, (_, at) => at) };
  const cuts: Cut[] = [
    { axis: -1, first: 1, count: 2 },
    { axis: -2, first: 2, count: 1 },
  ];
  const part = cutTensor(tensor, cuts);
  expect(part).toEqual({ shape: [2, 1, 2], data: Float32Array.of(9, 10, 21, 22) });
  const whole = { shape: [2, 3, 4], data: new Float32Array(24) };
  addPart(whole, cuts, part.data);
  addPart(whole, cuts, part.data);
  expect(cutTensor(whole, cuts).data).toEqual(Float32Array.of(18, 20, 42, 44));
  expect(whole.data.reduce((a, b) => a + b)).toBe(124);
  // A tensor that is broadcast along an axis is not cut along it.
  expect(cutTensor({ shape: [1, 4], data: tensor.data.slice(0, 4) }, cuts).data).toEqual(
    Float32Array.of(1, 2),
  );
});

test('pieces cover all tokens once, and balance causal work', () => {
  for (const [total, ranks] of [
    [22, 3],
    [8, 4],
    [7, 4],
    [4, 4],
    [24, 1],
  ] as const) {
    const pieces = piecesOf(total, ranks, true, 'query');
    const tokens = pieces
      .flat()
      .flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at));
    expect(tokens.sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, at) => at));
    expect(pieces.every((own) => own.length > 0)).toBe(true);
  }
  const whole = attentionProblem({ seqLenQ: 64, causal: 'bottom-right' });
  const work = piecesOf(64, 4, true, 'query').map((own) =>
    own.reduce((sum, queries) => sum + visiblePairs(problemAt(whole, { queries })), 0),
  );
  expect(new Set(work)).toEqual(new Set([visiblePairs(whole) / 4]));
});

test('blocks of rows and keys have all pairs and tiles of the whole', () => {
  const problems = [
    { causal: 'bottom-right', window: [9, -1], seqLensKV: [40, 23] },
    { batch: 1, causal: 'bottom-right', cuSeqLensQ: [0, 9, 24], cuSeqLensKV: [0, 24, 40] },
  ] as const;
  for (const options of problems) {
    const whole = attentionProblem({ batch: 2, numHeads: 2, seqLenQ: 24, seqLenKV: 40, ...options });
    let [pairs, tiles] = [0, 0];
    for (const queries of [
      { first: 0, count: 8 },
      { first: 8, count: 16 },
    ]) {
      for (const keys of [
        { first: 0, count: 24 },
        { first: 24, count: 16 },
      ]) {
        const block = problemAt(whole, { queries, keys });
        pairs += visiblePairs(block);
        tiles += visibleTiles(block, 8, 8);
      }
    }
    expect(pairs).toBe(visiblePairs(whole));
    expect(tiles).toBe(visibleTiles(whole, 8, 8));
  }
});

test('a transfer is hidden as far as its rank does not wait', () => {
  const span = (kind: 'work' | 'wait' | 'transfer', startMs: number, endMs: number) =>
    ({ kind, label: '', startMs, endMs }) as const;
  const times = rankTimes([
    span('work', 0, 10),
    span('transfer', 2, 14),
    span('wait', 10, 14),
    span('work', 14, 20),
    span('transfer', 13, 15),
  ]);
  expect(times).toEqual({ workMs: 16, waitMs: 4, transferMs: 13, hiddenMs: 9 });
});
