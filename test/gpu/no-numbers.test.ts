/** What is seen and is no number shows in results exactly where float64 has it: NaN, +∞ and −∞, output by output. */
import { describe, expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import type { Arrays } from '../../src/core/variant.ts';
import { runOnce } from '../../src/gpu/session.ts';
import { referenceData, valuesIn } from '../../src/operations/attention/data.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import { attentionReference } from '../../src/operations/attention/reference.ts';
import { attentionBackward } from '../../src/operations/attention-backward/operation.ts';
import { attentionBackwardReference } from '../../src/operations/attention-backward/reference.ts';
import { mergeStates } from '../../src/operations/merge-states/operation.ts';
import { mergeStatesReference } from '../../src/operations/merge-states/reference.ts';
import { smallTiles, useSession } from '../support/gpu.ts';
import { differences, withElements, type Elements } from '../support/no-numbers.ts';

const session = useSession();

const WIDTH = 8;
const SHAPE = { numHeads: 2, numKVHeads: 1, seqLenQ: 21, seqLenKV: 29, headDim: WIDTH } as const;
const CAUSAL = { ...SHAPE, causal: 'bottom-right' } as const;
const KEYS = SHAPE.seqLenKV;

interface Case {
  readonly problem: Partial<AttentionProblem>;
  /** Elements in place of the seeded ones, by input and index. */
  readonly elements: Elements;
}

const row = (at: number, value: number) =>
  Object.fromEntries(Array.from({ length: WIDTH }, (_, d) => [at * WIDTH + d, value]));
/** A bias per key, all 0 but for one. */
const biasAt = (key: number, value: number) =>
  Object.fromEntries(Array.from({ length: KEYS }, (_, at) => [at, at === key ? value : 0]));

const CASES: Readonly<Record<string, Case>> = {
  'a key that some rows see': { problem: CAUSAL, elements: { key: { [18 * WIDTH + 3]: NaN } } },
  'a key that some rows see, two terms': {
    problem: { ...CAUSAL, scorePrecision: 'two-term' },
    elements: { key: { [18 * WIDTH + 3]: NaN } },
  },
  'a value that some rows see': { problem: CAUSAL, elements: { value: { [18 * WIDTH + 3]: NaN } } },
  'a value that some rows see, f16': {
    problem: { ...CAUSAL, dtype: 'f16' },
    elements: { value: { [18 * WIDTH + 3]: NaN } },
  },
  'a query': { problem: { ...CAUSAL, sinks: true }, elements: { query: row(7, NaN) } },
  'infinite values, the last key among them': {
    problem: SHAPE,
    elements: { value: { 5: Infinity, [28 * WIDTH + 2]: -Infinity } },
  },
  'an infinite value that weighs less than any f32': {
    problem: { ...SHAPE, biasShape: [KEYS] },
    elements: { bias: biasAt(4, -300), value: { [4 * WIDTH + 1]: Infinity } },
  },
  'values that weigh nothing in float64': {
    problem: { ...SHAPE, biasShape: [KEYS] },
    elements: { bias: biasAt(4, -1e9), value: row(4, NaN) },
  },
  'a key of −∞': { problem: SHAPE, elements: { key: { [6 * WIDTH]: -Infinity } } },
  'a key of −∞, two terms': {
    problem: { ...SHAPE, scorePrecision: 'two-term' },
    elements: { key: { [6 * WIDTH]: -Infinity } },
  },
  'a bias': { problem: { ...CAUSAL, biasShape: [21, KEYS] }, elements: { bias: { [4 * KEYS + 9]: NaN } } },
  'a gradient of the output': { problem: CAUSAL, elements: { outputGrad: { [5 * WIDTH + 2]: NaN } } },
};

const all = (count: number) => Array.from({ length: count }, (_, at) => at);

const REFERENCES = {
  attention: (problem: AttentionProblem, inputs: Arrays) => {
    const rows = all(problem.numHeads * problem.seqLenQ);
    const { output, lse } = attentionReference(problem, referenceData(problem, inputs), rows);
    return { output, lse };
  },
  'attention-backward': (problem: AttentionProblem, inputs: Arrays) => {
    const data = { ...referenceData(problem, inputs), outputGrad: valuesIn(inputs, 'outputGrad') };
    const sample = { heads: [0], rows: all(2 * problem.seqLenQ), keys: all(KEYS) };
    const { peak: _, ...gradients } = attentionBackwardReference(problem, data, sample);
    return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, gradient.value]));
  },
};

for (const operation of [attention, attentionBackward]) {
  for (const { id, needs } of operation.variants) {
    describe(`${operation.id} ${id}: no number in`, () => {
      for (const [name, { problem: partial, elements }] of Object.entries(CASES)) {
        test(name, async ({ skip }) => {
          const lacking = needs?.(session().identity) ?? true;
          if (lacking !== true) skip(lacking);
          // Matrix units mostly take f16.
          const whole = needs === undefined ? partial : { ...partial, dtype: 'f16' as const };
          const problem = attentionProblem(whole);
          const bound = bind(operation, operation.problem(whole), session().identity);
          const inputs = withElements(bound.inputs(7), elements);
          const { supported, ...variant } = bound.variant(id, smallTiles(bound, id));
          if (supported !== true) skip(supported);
          const plan = variant.plan();
          const { outputs } = await session().guard(runOnce(session(), plan, inputs, {}));
          const rounding = problem.dtype === 'f16' ? 2e-3 : 1e-4;
          for (const [output, expected] of Object.entries(REFERENCES[operation.id](problem, inputs))) {
            const wrong = differences(valuesIn(outputs, output), expected, rounding);
            expect(wrong.slice(0, 5), output).toEqual([]);
          }
        });
      }
    });
  }
}

test('merging states of which one has NaN for its lse gives NaN in its row alone', async () => {
  const problem = { numStates: 2, numRows: 5, headDimV: 4 };
  const bound = bind(mergeStates, problem, session().identity);
  const inputs = withElements(bound.inputs(7), { lses: { 7: NaN } });
  const { outputs } = await session().guard(runOnce(session(), bound.variant('naive').plan(), inputs, {}));
  const [states, lses] = [valuesIn(inputs, 'outputs'), valuesIn(inputs, 'lses')];
  const expected = mergeStatesReference(problem, states, lses, all(5));
  expect(differences(valuesIn(outputs, 'lse'), expected.lse, 1e-5)).toEqual([]);
  expect(differences(valuesIn(outputs, 'output'), expected.output, 1e-5)).toEqual([]);
});
