import { afterAll, expect, test } from 'vitest';
import { parseArgs } from '../../bench/args.ts';
import { benchPlan } from '../../bench/plans.ts';
import { problemTitle, sizeLabel } from '../../src/measure/describe.ts';
import { OPERATIONS, requireOperation } from '../../src/operations/index.ts';
import { parseFields } from '../../src/ui/form/fields.ts';
import { measureForm } from '../../src/ui/form/measure-form.ts';
import { problemDefaults, readProblem } from '../../src/ui/form/problem-forms.ts';
import { sampleDevice } from '../support/sample-report.ts';
import { registerToy } from '../support/toy-operation.ts';

const { id, unregister } = registerToy();
afterAll(unregister);

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
  const shaped = parseArgs(['toy-sum', '--count', '9']);
  expect(benchPlan({ ...chosen, ...shaped }, sampleDevice).cases[0]?.problem).toEqual({ count: 9 });
  expect(() => parseArgs(['toy-sum', '--variants', 'flash'])).toThrow("unknown variant 'flash'");
});

test('reports describe it', () => {
  const problem = { ...requireOperation(id).problem({ count: 7 }) };
  expect(problemTitle({ operation: id, problem })).toMatch(/^count 7/);
  expect(sizeLabel({ operation: id })).toBe('count');
});

test('a page asks for it', () => {
  const { settings, defaults } = measureForm(id);
  expect(parseFields(settings, { ...defaults(), count: '8, 4' }).plan?.cases).toMatchObject([
    { operation: id, problem: { count: 4 } },
    { operation: id, problem: { count: 8 } },
  ]);
  expect(readProblem(id, problemDefaults(id))).toEqual({ problem: { count: 64 } });
});
