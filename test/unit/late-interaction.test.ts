import { describe, expect, test } from 'vitest';
import { ShapeError, UnsupportedError } from '../../src/core/errors.ts';
import { bind } from '../../src/core/bind.ts';
import { workspaceBytes } from '../../src/core/plan.ts';
import { normals } from '../../src/core/random.ts';
import type { LateArgs } from '../../src/operations/late-interaction/api.ts';
import { lateCall } from '../../src/operations/late-interaction/call.ts';
import { lateInteraction } from '../../src/operations/late-interaction/operation.ts';
import { lateProblem } from '../../src/operations/late-interaction/problem.ts';
import { bestOf, lateLoss } from '../../src/operations/late-interaction/reference.ts';
import { thrown, zeros } from '../support/call-args.ts';
import { deviceProfile } from '../support/device-profile.ts';

const ARGS: LateArgs = { query: zeros(2, 3, 4), document: zeros(3, 5, 4) };
const call = (change: object) => lateCall({ ...ARGS, ...change }).parts[0];

describe('a call', () => {
  test('is of scores alone by default, and of all tokens', () => {
    const part = call({});
    expect(part?.problem).toMatchObject({
      numQueries: 2,
      numDocuments: 3,
      queryTokens: 3,
      documentTokens: 5,
    });
    expect(part?.inputs['lengths']).toEqual(Uint32Array.of(3, 3, 5, 5, 5));
  });

  test('takes lengths as lists and as arrays', () => {
    const part = call({ queryLengths: [2, 0], documentLengths: Int32Array.of(5, 1, 0) });
    expect(part?.inputs['lengths']).toEqual(Uint32Array.of(2, 0, 5, 1, 0));
  });

  test.each([
    ['document.shape', { document: zeros(3, 5, 6) }],
    ['document.shape', { loss: 'clip' }],
    ['document.shape', { loss: 'info-nce', document: zeros(1, 5, 4) }],
    ['queryLengths', { queryLengths: [1] }],
    ['queryLengths', { queryLengths: [1, 4] }],
    ['documentLengths', { documentLengths: [1, -1, 2] }],
    ['documentLengths', { loss: 'info-nce', documentLengths: [1, 0, 2] }],
    ['logitScale', { logitScale: 0 }],
    ['loss', { loss: 'siglip' }],
    ['gradients', { loss: 'info-nce', gradients: ['x'] }],
    ['docs', { docs: zeros(3, 5, 4) }],
  ])('is refused by name: %s', (argument, change) => {
    expect(thrown(() => call(change))).toMatchObject({ name: ShapeError.name, argument });
  });

  test('has no gradients without a loss', () => {
    expect(thrown(() => call({ gradients: ['query'] }))).toBeInstanceOf(UnsupportedError);
  });
});

test('the best of equal dot products is the first; a NaN is the best of all', () => {
  expect(bestOf(Float64Array.of(1, 3, 3))).toEqual({ best: 3, token: 1 });
  expect(bestOf(Float64Array.of(1, NaN, 3))).toEqual({ best: NaN, token: 1 });
  expect(bestOf(new Float64Array())).toEqual({ best: -Infinity, token: -1 });
});

describe.each(['info-nce', 'clip'] as const)('the reference of %s', (loss) => {
  const problem = lateProblem({ numQueries: 4, loss, logitScale: 1.7, gradients: ['query', 'logitScale'] });
  const scores = Float64Array.from(normals(16, 3));
  const STEP = 1e-6;
  const slope = (lossAt: (step: number) => number) => (lossAt(STEP) - lossAt(-STEP)) / (2 * STEP);

  test('has the slopes of its loss for derivatives', () => {
    const { weights, logitScaleGrad } = lateLoss(problem, scores);
    scores.forEach((_, at) => {
      const byScore = slope(
        (step) =>
          lateLoss(
            problem,
            scores.map((score, other) => score + (other === at ? step : 0)),
          ).loss,
      );
      expect(weights[at]).toBeCloseTo(byScore, 7);
    });
    const byScale = slope((step) => lateLoss({ ...problem, logitScale: 1.7 + step }, scores).loss);
    expect(logitScaleGrad).toBeCloseTo(byScale, 7);
  });
});

test('tiles take a fiftieth of the memory of products at most', () => {
  const batch = {
    numQueries: 64,
    queryTokens: 32,
    documentTokens: 256,
    embedDim: 128,
    loss: 'info-nce',
  } as const;
  const problem = bind(
    lateInteraction,
    lateProblem({ ...batch, gradients: ['query', 'document', 'logitScale'] }),
    deviceProfile(2 ** 15, 32, []),
  );
  const [naive = NaN, tiled = NaN] = ['naive', 'tiled'].map((id) =>
    workspaceBytes(problem.variant(id).plan()),
  );
  // The matches are an output of both.
  const matches = 4 * 64 * 64 * 32;
  expect((naive + matches) / (tiled + matches)).toBeGreaterThan(50);
});
