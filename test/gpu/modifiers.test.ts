import { describe, expect, test } from 'vitest';
import { runOnce } from '../../src/gpu/session.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import type { AttentionProblem } from '../../src/operations/attention/problem.ts';
import { bind } from '../../src/core/bind.ts';
import type { Twins } from '../../src/operations/attention/presets/preset.ts';
import { corners } from '../../src/operations/attention/corners.ts';
import { attentionDeviation } from '../support/attention-deviation.ts';
import { smallTiles, useSession } from '../support/gpu.ts';
import { usualVariants } from '../support/usual-variants.ts';

const session = useSession();

interface Case {
  readonly problem: Partial<AttentionProblem>;
  readonly twins: Twins;
}

const CASES: Readonly<Record<string, Case>> = {
  'a score by every index': {
    problem: {
      batch: 2,
      numHeads: 6,
      numKVHeads: 2,
      seqLenQ: 37,
      seqLenKV: 53,
      headDim: 8,
      scoreMod: 'return 0.5 * score + 0.25 * f32((3u * b + 5u * h + 7u * q + 11u * kv) % 13u);',
    },
    twins: {
      scoreMod: (score, b, h, q, kv) => 0.5 * score + 0.25 * ((3 * b + 5 * h + 7 * q + 11 * kv) % 13),
    },
  },
  'a mask by every index, with branches': {
    problem: {
      batch: 2,
      numHeads: 6,
      numKVHeads: 2,
      seqLenQ: 37,
      seqLenKV: 53,
      headDim: 8,
      maskMod: `
        if (b == 1u && h > 3u) { return kv % 2u == 0u; } // every second key
        for (var i = 0u; i < 3u; i++) {
          if (q + i * 17u == kv) { return true; }
        }
        return (q + kv + h) % 5u < 2u;`,
    },
    twins: {
      maskMod: (b, h, q, kv) => {
        if (b === 1 && h > 3) return kv % 2 === 0;
        return [q, q + 17, q + 34].includes(kv) || (q + kv + h) % 5 < 2;
      },
    },
  },
  'rows that see nothing, and heads that do not': {
    problem: {
      numHeads: 3,
      seqLenQ: 45,
      seqLenKV: 70,
      headDim: 8,
      maskMod: 'return h != 1u && kv + 20u < q;',
    },
    twins: { maskMod: (_b, h, q, kv) => h !== 1 && kv + 20 < q },
  },
  'huge scores': {
    problem: { seqLenQ: 40, headDim: 16, scoreMod: 'return 1000.0 * score;', maskMod: 'return kv != 7u;' },
    twins: { scoreMod: (score) => 1000 * score, maskMod: (_b, _h, _q, kv) => kv !== 7 },
  },
  'scores of −∞, of whole rows too': {
    problem: {
      seqLenQ: 41,
      seqLenKV: 67,
      headDim: 8,
      scoreMod: `
        let infinity = bitcast<f32>(0x7f800000u + b); // no constant may be infinite
        return select(score, -infinity, kv % 3u == 0u || q == 5u || q > 35u);`,
    },
    twins: {
      scoreMod: (score, _b, _h, q, kv) => (kv % 3 === 0 || q === 5 || q > 35 ? -Infinity : score),
    },
  },
  'scores of −3e38': {
    problem: { seqLenQ: 20, headDim: 8, scoreMod: 'return select(score, -3e38, kv > q);' },
    twins: { scoreMod: (score, _b, _h, q, kv) => (kv > q ? -Infinity : score) },
  },
  'everything at once': {
    problem: {
      ...corners.corners['everything']?.problem,
      scoreMod: 'return 3.0 * tanh_exact(score / 3.0);',
      maskMod: 'return (q + kv) % 4u != b;',
    },
    twins: {
      scoreMod: (score) => 3 * Math.tanh(score / 3),
      maskMod: (b, _h, q, kv) => (q + kv) % 4 !== b,
    },
  },
};

for (const { id } of usualVariants(attention)) {
  describe(`modifiers, ${id}`, () => {
    for (const [name, { problem: partial, twins }] of Object.entries(CASES)) {
      test(name, async () => {
        const problem = attentionProblem(partial);
        const bound = bind(attention, problem, session().identity);
        const inputs = bound.inputs(7);
        const plan = bound.variant(id, smallTiles(bound, id)).plan();
        const { outputs } = await session().guard(runOnce(session(), plan, inputs, {}));
        const { ok, relL2 } = attentionDeviation(problem, inputs, outputs, twins);
        expect(ok, `relative L2 ${relL2}`).toBe(true);
      });
    }
  });
}
