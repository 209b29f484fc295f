import { describe, expect, test } from 'vitest';
import { attentionBackward } from '../../src/operations/attention-backward/operation.ts';
import { attentionBackwardProblem } from '../../src/operations/attention-backward/problem.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem, type AttentionProblem } from '../../src/operations/attention/problem.ts';
import { bind, type BoundProblem } from '../../src/core/bind.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem, type ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import { matmul } from '../../src/operations/matmul/operation.ts';
import { trial, useSession } from '../support/gpu.ts';

const session = useSession();

/** Straight from storage, staged in fewer elements than a row has and in more, and by quads. */
const SHAPES = [
  { blockM: 16, blockN: 32, rows: 2, cols: 4, stageDepth: 0, quads: 0, vectorWidth: 4 },
  { blockM: 8, blockN: 16, rows: 1, cols: 2, stageDepth: 8, quads: 0, vectorWidth: 4 },
  { blockM: 32, blockN: 8, rows: 4, cols: 2, stageDepth: 32, quads: 0, vectorWidth: 4 },
  { blockM: 8, blockN: 16, rows: 2, cols: 4, stageDepth: 0, quads: 1, vectorWidth: 4 },
];

/** Columns that fill neither a workgroup's nor an invocation's share; packed rows of unequal halves. */
const ODD = {
  numHeads: 2,
  numKVHeads: 1,
  seqLenQ: 21,
  seqLenKV: 45,
  headDim: 20,
  headDimV: 36,
  causal: 'bottom-right',
} as const;

const forward = (changes: Partial<AttentionProblem> = {}): BoundProblem =>
  bind(attention, attentionProblem({ ...ODD, ...changes }), session().identity);
const backward = (changes: Partial<AttentionProblem> = {}): BoundProblem =>
  bind(attentionBackward, attentionBackwardProblem({ ...ODD, ...changes }), session().identity);

const loss = (changes: Partial<ContrastiveProblem> = {}): BoundProblem =>
  bind(contrastive, contrastiveProblem({ numRows: 45, embedDim: 36, ...changes }), session().identity);

const CASES: Readonly<Record<string, readonly [variant: string, () => BoundProblem]>> = {
  matmul: ['tiled', () => bind(matmul, { size: 52 }, session().identity)],
  'two-pass': ['two-pass', forward],
  flash: ['flash', forward],
  'split-kv': ['split-kv', forward],
  backward: ['flash', backward],
  'clip tiled': ['tiled', loss],
  'clip panelled': ['panelled', loss],
  'clip panelled, normalised': ['panelled', () => loss({ extraCols: 20, normalize: true })],
  'info-nce': ['tiled', () => loss({ loss: 'info-nce', numCols: 61 })],
};

describe('loads of four elements', () => {
  for (const [name, [variant, problemOf]] of Object.entries(CASES)) {
    for (const params of SHAPES) {
      test(`${name} ${JSON.stringify(params)}`, async () => {
        const { deviation } = await trial(session(), problemOf(), { variant, params });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
  }

  for (const [name, problemOf] of Object.entries({ forward, backward })) {
    test(`${name}, f16`, async ({ skip }) => {
      if (!session().identity.features.includes('shader-f16')) skip('no shader-f16 here');
      for (const params of SHAPES) {
        const { deviation } = await trial(session(), problemOf({ dtype: 'f16' }), {
          variant: 'flash',
          params,
        });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      }
    });
  }
});

describe('are refused by reason where', () => {
  const reason = (problem: BoundProblem, variant: string, params: object) =>
    problem.variant(variant, { vectorWidth: 4, ...params }).supported;

  test('rows are no multiple of four', () => {
    expect(reason(forward({ headDimV: 18 }), 'flash', {})).toMatch(/does not divide rows of 18 elements/);
    expect(reason(bind(matmul, { size: 50 }, session().identity), 'tiled', {})).toMatch(/rows of 50/);
  });

  test('the stage is none, or the width is another', () => {
    expect(reason(forward(), 'flash', { stageDepth: 6 })).toMatch(/stageDepth 6/);
    expect(reason(forward(), 'flash', { vectorWidth: 3 })).toMatch(/must be 1 or 4/);
  });

  test('an invocation has no multiple of four of columns', () => {
    expect(reason(loss(), 'tiled', { colsV: 6 })).toMatch(/does not divide colsV 6/);
    expect(reason(loss({ embedDim: 37 }), 'tiled', {})).toMatch(/rows of 37/);
  });

  test('scores are sums of two', () => {
    expect(reason(forward({ scorePrecision: 'two-term' }), 'flash', {})).toMatch(/two terms/);
  });
});
