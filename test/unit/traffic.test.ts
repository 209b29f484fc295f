import { describe, expect, test } from 'vitest';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { bind } from '../../src/core/bind.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import type { Params } from '../../src/core/variant.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { leastBytes, trafficBytes } from '../../src/core/traffic.ts';
import { ridge, rooflinePoints } from '../../src/measure/roofline.ts';
import { deviceProfile } from '../support/device-profile.ts';
import { sampleAttention } from '../support/sample-report.ts';

const narrowDevice = deviceProfile(32768, 4);

const attentionTraffic = (variant: string, params?: Params, changes = {}) => {
  const problem = attentionProblem({ numHeads: 2, seqLenQ: 64, headDim: 16, ...changes });
  return trafficBytes(bind(attention, problem, narrowDevice).variant(variant, params).plan());
};
const TILE = { blockM: 32, blockN: 32, rows: 4, cols: 4 };
/** Bytes of query, key, value or output, of the lse, and of all scores. */
const [TENSOR, LSE, SCORES] = [4 * 2 * 64 * 16, 4 * 2 * 64, 4 * 2 * 64 * 64];

describe('traffic', () => {
  test('flash: each row block reads all keys and values, all else moves once, and the output is looked through', () => {
    expect(attentionTraffic('flash', TILE)).toBe(2 * TENSOR + 2 * 2 * TENSOR + LSE + TENSOR);
    expect(attentionTraffic('flash', { ...TILE, blockM: 64 })).toBe(4 * TENSOR + LSE + TENSOR);
  });

  test('causal: a row block reads the tiles up to its diagonal', () => {
    const causal = attentionTraffic('flash', TILE, { causal: 'bottom-right' });
    expect(causal).toBe(2 * TENSOR + 1.5 * 2 * TENSOR + LSE + TENSOR);
  });

  test('split-kv: each share of the keys reads the queries, and states are written and merged', () => {
    const states = 2 * (TENSOR + 4 * LSE);
    const traffic = attentionTraffic('split-kv', { ...TILE, splits: 2 });
    expect(traffic).toBe(2 * TENSOR + 4 * TENSOR + 2 * states + TENSOR + LSE + TENSOR);
  });

  test('naive: 64 neighbours of a row share it; scores are written, rewritten in place, and read', () => {
    const scores = TENSOR + 64 * TENSOR + SCORES;
    const softmax = 2 * SCORES + LSE;
    const output = SCORES + 16 * TENSOR + TENSOR;
    expect(attentionTraffic('naive')).toBe(scores + softmax + output);
  });

  test('contrastive: taller tiles read less', () => {
    const problem = bind(contrastive, contrastiveProblem({ numRows: 256, embedDim: 32 }), narrowDevice);
    const traffic = (blockM: number) => trafficBytes(problem.variant('tiled', { blockM }).plan());
    expect(traffic(64)).toBeLessThan(traffic(32));
    expect(traffic(32)).toBeLessThan(trafficBytes(problem.variant('naive').plan()));
  });

  test.each(OPERATIONS)('$id: no variant moves less than inputs and outputs', ({ bind: filled, example }) => {
    const problem = filled(example, narrowDevice);
    for (const id of problem.variantIds) {
      const variant = problem.variant(id);
      if (variant.supported !== true) continue;
      const plan = variant.plan();
      expect(trafficBytes(plan), id).toBeGreaterThanOrEqual(leastBytes(plan));
    }
  });
});

describe('roofline', () => {
  const peaks = {
    fma: { gflops: 40, formula: '' },
    copy: { gbPerS: 10, method: 'kernel', formula: '' },
  } as const;
  const [sample] = sampleAttention().filter(({ status }) => status === 'ok');
  if (!sample) throw new Error('the sample has results');

  test('the lower roof counts: memory left of the ridge, multiply-adds right of it', () => {
    expect(ridge(peaks)).toBe(4);
    const at = (intensity: number) => ({
      ...sample,
      trafficBytes: sample.flops / intensity,
      leastBytes: sample.flops / 100,
      executedFlops: 2 * sample.flops,
    });
    const points = rooflinePoints([at(1), at(20)], peaks);
    expect(points.map(({ boundBy, roof }) => [boundBy, roof])).toEqual([
      ['memory', 10],
      ['multiply-adds', 40],
    ]);
    expect(points[1]).toMatchObject({ timesLeast: 5, timesUseful: 2 });
  });

  test('what is wrong, or of a report without traffic, is not drawn', () => {
    expect(rooflinePoints([sample, { ...sample, trafficBytes: 1, status: 'wrong' }], peaks)).toEqual([]);
  });
});
