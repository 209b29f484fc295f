import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import { normals } from '../../src/core/random.ts';
import { floatTensor } from '../../src/core/tensor.ts';
import { attentionBackwardProblem } from '../../src/operations/attention-backward/fill-problem.ts';
import { attentionCall } from '../../src/operations/attention/call.ts';
import { referenceData } from '../../src/operations/attention/data.ts';
import { attentionReference } from '../../src/operations/attention/reference.ts';
import { packLists, slotsOfGroup, type SelectedArgument } from '../../src/operations/attention/selected.ts';
import type { Arrays } from '../../src/core/variant.ts';

const tensor = (seed: number, ...shape: number[]) =>
  floatTensor(
    shape,
    normals(
      shape.reduce((product, extent) => product * extent, 1),
      seed,
    ),
  );
const QKV = { query: tensor(1, 1, 2, 3, 4), key: tensor(2, 1, 2, 9, 4), value: tensor(3, 1, 2, 9, 4) };
const lists = (data: number[], shape = [1, 2, 3]) => ({ shape, data: Int32Array.from(data) });
const weights = (data: number[], shape = [1, 2, 3]) => ({ shape, data: Float32Array.from(data) });
const GOOD = { indices: lists([4, 0, -1, 2, 0, 8]) };

const call = (selected?: unknown) =>
  attentionCall({ ...QKV, ...(selected !== undefined && { selected: selected as SelectedArgument }) });

function outputOf(selected?: unknown) {
  const [part] = call(selected).parts;
  if (part === undefined) throw new Error('no part');
  const rows = [0, 1, 2, 3, 4, 5];
  return attentionReference(part.problem, referenceData(part.problem, part.inputs as Arrays), rows);
}

test('lists end at −1 and keep their weights', () => {
  const [part] = call({ ...GOOD, logWeights: weights([1, 2, NaN, 4, 5, 6]) }).parts;
  expect(part?.problem.selected).toEqual({ slots: 3, weighted: true });
  const { count, keyIn, weightOf } = slotsOfGroup(
    { ...part?.problem, selected: { slots: 3 } } as never,
    packLists(3, [4, 0, -1, 2, 0, 8], (at) => at + 1),
    1,
  );
  expect([count, ...[0, 1, 2].map(keyIn), ...[0, 1, 2].map(weightOf)]).toEqual([3, 2, 0, 8, 4, 5, 6]);
});

test('all keys, in any order, are dense attention', () => {
  const all = [8, 7, 6, 5, 4, 3, 2, 1, 0];
  const [chosen, dense] = [outputOf({ indices: lists([...all, ...all], [1, 2, 9]) }), outputOf()];
  dense.output.forEach((value, at) => expect(chosen.output[at]).toBeCloseTo(value, 12));
});

test('a key that is listed twice counts twice, as one with a weight of log 2', () => {
  const twice = outputOf({ indices: lists([3, 3, 5, 1, 1, 0]) });
  const weighed = outputOf({
    indices: lists([3, 5, -1, 1, 0, -1]),
    logWeights: weights([Math.LN2, 0, 0, Math.LN2, 0, 0]),
  });
  twice.output.forEach((value, at) => expect(weighed.output[at]).toBeCloseTo(value, 6));
});

describe('bad lists are refused by name', () => {
  test.each<[string, unknown]>([
    ['selected', 3],
    ['selected.indices', { indices: [1, 2] }],
    ['selected.indices.shape', { indices: lists([1, 2, 3], [1, 1, 3]) }],
    ['selected.indices.shape', { indices: lists([1, 2, 3, 4], [2, 2]) }],
    ['selected.indices.shape', { indices: lists([], [1, 2, 0]) }],
    ['selected.indices.data', { indices: { shape: [1, 2, 1], data: [1, 2] } }],
    ['selected.indices.data', { indices: lists([1, 2, 3, 4, 5]) }],
    ['selected.indices.data', { indices: lists([4, 0, -1, 2, 0, 9]) }],
    ['selected.indices.data', { indices: lists([4, 0, -2, 2, 0, 8]) }],
    ['selected.logWeights', { ...GOOD, logWeights: 3 }],
    ['selected.logWeights.shape', { ...GOOD, logWeights: weights([1, 2], [1, 2, 1]) }],
    ['selected.logWeights.data', { ...GOOD, logWeights: lists([1, 2, 3, 4, 5, 6]) }],
    ['selected.logWeights.data', { ...GOOD, logWeights: weights([1, NaN, 3, 4, 5, 6]) }],
  ])('%s', (argument, selected) => {
    expect(() => call(selected)).toThrow(ShapeError);
    expect(() => call(selected)).toThrow(expect.objectContaining({ argument }));
  });

  test('and have no gradients', () => {
    expect(() => attentionBackwardProblem({ seqLenKV: 12, selected: { slots: 3 } })).toThrow(
      UnsupportedError,
    );
  });
});
