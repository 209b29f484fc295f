import { expect, test } from 'vitest';
import { parseArgs } from '../../bench/args.ts';
import { benchPlan } from '../../bench/plans.ts';
import { problemTitle, sizeLabel } from '../../src/measure/describe.ts';
import { OPERATIONS, requireOperation } from '../../src/operations/index.ts';
import { sampleDevice } from '../support/sample-report.ts';
import { registerToy } from '../support/toy-operation.ts';

const id = registerToy();

test('an operation is on the list once', () => {
  expect(OPERATIONS.at(-1)?.id).toBe(id);
  expect(registerToy).toThrow("there is an operation 'toy-sum' already");
});

test('the command line takes it up: as a subject, with its sizes, and in all', () => {
  expect(parseArgs(['toy-sum'])?.operations).toEqual([id]);
  expect(parseArgs(['all'])?.operations).toContain(id);
  const chosen = { operations: [id], quick: true };
  expect(benchPlan(chosen, sampleDevice).cases).toEqual([
    { operation: id, problem: { count: 1000 }, variants: ['naive'] },
  ]);
  expect(benchPlan({ ...chosen, sizes: [7] }, sampleDevice).cases[0]?.problem).toEqual({ count: 7 });
  expect(() => parseArgs(['toy-sum', '--variants', 'flash'])).toThrow("unknown variant 'flash'");
});

test('reports describe it', () => {
  const problem = { ...requireOperation(id).problem({ count: 7 }) };
  expect(problemTitle({ operation: id, problem })).toMatch(/^count 7/);
  expect(sizeLabel({ operation: id, problem })).toBe('count, count');
});
