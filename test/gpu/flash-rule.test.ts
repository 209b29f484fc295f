import { expect, test } from 'vitest';
import { attentionBackward } from '../../src/operations/attention-backward/operation.ts';
import { attentionBackwardProblem } from '../../src/operations/attention-backward/problem.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem, type AttentionProblem } from '../../src/operations/attention/problem.ts';
import { bind, type BoundProblem } from '../../src/core/bind.ts';
import { trial, useSession } from '../support/gpu.ts';

const session = useSession();

/** One f32 rounding of a value of 1: where naive happens to be exact, a neighbour of the right number will do. */
const ROUNDING = 2 ** -23;

/** FlashAttention's own rule: no tiled kernel is off by more than twice what naive in the same precision is. */
const PROBLEMS: Readonly<Record<string, Partial<AttentionProblem>>> = {
  dense: { numHeads: 2, seqLenQ: 150, headDim: 64 },
  'causal, GQA': { numHeads: 4, numKVHeads: 2, seqLenQ: 130, headDim: 32, causal: 'bottom-right' },
  'logits of about a thousand': { seqLenQ: 120, headDim: 64, softmaxScale: 30 },
  'the same in two terms': { seqLenQ: 120, headDim: 64, softmaxScale: 30, scorePrecision: 'two-term' },
  'softcap and sinks': { numHeads: 2, seqLenQ: 90, headDim: 32, softmaxScale: 1, softcap: 20, sinks: true },
};

/** Largest absolute error of a variant. */
async function errorOf(problem: BoundProblem, variant: string): Promise<number> {
  return (await trial(session(), problem, { variant })).deviation.maxAbs;
}

for (const [name, partial] of Object.entries(PROBLEMS)) {
  for (const dtype of [undefined, 'f16'] as const) {
    const shape = { ...partial, ...(dtype && { dtype }) };
    const inputs = {
      forward: () => bind(attention, attentionProblem(shape), session().identity),
      backward: () => bind(attentionBackward, attentionBackwardProblem(shape), session().identity),
    };
    for (const [direction, problem] of Object.entries(inputs)) {
      test(`${direction} ${dtype ?? 'f32'}: ${name}`, async ({ skip }) => {
        if (dtype && !session().identity.features.includes('shader-f16')) skip('no shader-f16 here');
        const bound = problem();
        const naive = await errorOf(bound, 'naive');
        for (const id of bound.variantIds.slice(1)) {
          const error = await errorOf(bound, id);
          expect(error, `${id} ${error}, naive ${naive}`).toBeLessThanOrEqual(2 * naive + ROUNDING);
        }
      });
    }
  }
}
