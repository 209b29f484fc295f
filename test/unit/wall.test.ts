import { expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import { profileOf } from '../../src/measure/device.ts';
import { planned, plannedVariants } from '../../src/measure/planned.ts';
import { memoryWall, reach } from '../../src/measure/wall.ts';
import { sampleDevice } from '../support/sample-report.ts';

const device = profileOf(sampleDevice);
const oneHead = (seqLenQ: number) => bind(attention, attentionProblem({ seqLenQ }), device);

test('the wall is where the matrix no longer fits, to the token', () => {
  const wall = memoryWall(oneHead, 'naive', 2 ** 30 - 4, { step: 1, most: 2 ** 20 });
  expect(wall).toMatchObject({ size: 16384, last: 16383 });
  expect(wall?.planned.largest).toEqual({ name: 'scores', bytes: 2 ** 30 });
});

test('flash goes on until its own inputs are too large', () => {
  // 64 values of 4 bytes a token.
  const wall = memoryWall(oneHead, 'flash', 2 ** 26, { step: 1, most: 2 ** 20 });
  expect(wall?.last).toBe(2 ** 26 / 256);
});

test('there is none where everything fits', () => {
  expect(memoryWall(oneHead, 'flash', 2 ** 40, { step: 1, most: 2 ** 20 })).toBeUndefined();
});

test('every buffer counts once, inputs and outputs too', () => {
  const { totalBytes, workspaceBytes } = planned(oneHead(100).variant('naive'));
  expect(workspaceBytes).toBeGreaterThanOrEqual(4 * 100 * 100);
  // query, key, value, output; and lse.
  expect(totalBytes - workspaceBytes).toBe(4 * (4 * 100 * 64 + 100));
});

test('variants come in teaching order, without those that cannot serve', () => {
  const problem = bind(contrastive, contrastiveProblem({ loss: 'dclw', numRows: 64 }), device);
  const able = problem.variantIds.filter((id) => problem.variant(id).supported === true);
  expect(plannedVariants(problem).map(({ variant }) => variant)).toEqual(able);
});

test('a search by doubling ends at the same wall, and pauses on its way', async () => {
  let pauses = 0;
  const pause = () => {
    pauses++;
    return Promise.resolve();
  };
  const search = { step: 1, most: 2 ** 18 };
  expect(await reach(oneHead, 'naive', 2 ** 30 - 4, search, pause)).toMatchObject({
    last: 16383,
    wall: { size: 16384 },
  });
  expect(pauses).toBe(9);
  expect(await reach(oneHead, 'flash', 2 ** 30, search, pause)).toEqual({ variant: 'flash', last: 2 ** 18 });
});
