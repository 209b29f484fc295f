import { describe, expect, test } from 'vitest';
import { attentionBackward } from '../../src/operations/attention-backward/operation.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { bind } from '../../src/core/bind.ts';
import type { BoundProblem } from '../../src/core/bind.ts';
import type { Arrays } from '../../src/core/variant.ts';
import { normals } from '../../src/core/random.ts';
import type { AttentionArgs } from '../../src/operations/attention/api.ts';
import { readAttentionBackward } from '../../src/operations/attention-backward/call.ts';
import { readAttention } from '../../src/operations/attention/call.ts';
import { smallTiles, trial, useSession } from '../support/gpu.ts';

const session = useSession();

const tensor = (seed: number, size: number, ...shape: number[]) => ({
  shape,
  data: normals(
    shape.reduce((a, b) => a * b, 1),
    seed,
  ).map((value) => size * value),
});

/** Queries and keys of a size that makes scores of `peak` and more. */
function args(peak: number, options: Partial<AttentionArgs> = {}): AttentionArgs {
  const size = Math.sqrt(peak / 5);
  return {
    query: tensor(1, size, 2, 4, 37, 24),
    key: tensor(2, size, 2, 2, 53, 24),
    value: tensor(3, 1, 2, 2, 53, 9),
    ...options,
  };
}

/** −30000 for a whole row, −∞ for another, and for some keys of the rest. */
function bias() {
  const { shape, data } = tensor(5, 1, 37, 53);
  data.fill(-30000, 0, 53).fill(-Infinity, 53, 106);
  for (let at = 106; at < data.length; at += 7) data[at] = at % 2 === 0 ? -30000 : -Infinity;
  return { shape, data };
}

const CASES: Readonly<Record<string, AttentionArgs>> = {
  'scores of a hundred': args(100),
  'scores of a thousand': args(1000),
  'scores of ten thousand': args(10_000),
  'scores of a thousand, causal, sinks of a thousand': args(1000, {
    causal: true,
    sinks: Float32Array.of(1000, -1000, 300, 0),
  }),
  'a softcap of a hundred': args(1000, { softcap: 100 }),
  'biases of −30000 and −∞': args(5, { bias: bias() }),
  'ALiBi far from every key': args(5, {
    query: tensor(1, 1, 1, 2, 500, 8),
    key: tensor(2, 1, 1, 2, 20, 8),
    value: tensor(3, 1, 1, 2, 20, 8),
    alibiSlopes: Float32Array.of(1, 0.5),
  }),
};

async function errors(problem: BoundProblem, inputs: Arrays) {
  const found = [];
  for (const variant of problem.variantIds) {
    const params = smallTiles(problem, variant);
    const { deviation } = await trial(session(), problem, { variant, params, inputs });
    found.push({ variant, ...deviation });
  }
  return found;
}

describe('scores of hundreds and thousands, as a user gives them', () => {
  for (const [name, given] of Object.entries(CASES)) {
    test(`forward: ${name}`, async () => {
      const { problem, inputs } = readAttention(given);
      expect(problem.scorePrecision).toBe('two-term');
      const bound = bind(attention, problem, session().identity);
      for (const { variant, relL2 } of await errors(bound, inputs)) {
        expect(relL2, variant).toBeLessThanOrEqual(5e-6);
      }
    });

    test(`backward: ${name}`, async () => {
      const { shape } = given.query;
      const outputGrad = tensor(4, 1, ...shape.slice(0, 3), given.value.shape[3] ?? NaN);
      const { problem, inputs } = readAttentionBackward({ ...given, outputGrad });
      const bound = bind(attentionBackward, problem, session().identity);
      for (const { variant, relL2 } of await errors(bound, inputs)) {
        expect(relL2, variant).toBeLessThanOrEqual(1e-5);
      }
    });
  }
});
