import type { Corner } from '../../core/corner.ts';
import { SMALL_DATA } from '../../core/option-data.ts';
import type { Arrays } from '../../core/variant.ts';
import type { AttentionProblem } from './problem.ts';

/** Queries and keys of a size that makes scores of `peak` and more. */
const sized =
  (peak: number) =>
  (seeded: Arrays): Arrays => ({
    query: times(seeded['query'], Math.sqrt(peak / 5)),
    key: times(seeded['key'], Math.sqrt(peak / 5)),
  });

const times = (values: Arrays[string] | undefined, factor: number): Float32Array =>
  Float32Array.from(values ?? [], (value) => value * factor);

/** Slopes or sinks of one's own for a problem that has no other small data. */
const small = (values: readonly number[]): Arrays => ({
  [SMALL_DATA]: new Uint32Array(Float32Array.from(values).buffer),
});

/** Row 1 has nothing but −∞; the others have some −∞ and some −30000 among small ones. */
const hidingBias = (rows: number, keys: number): Float32Array =>
  Float32Array.from({ length: rows * keys }, (_, at) => {
    const [row, key] = [Math.floor(at / keys), at % keys];
    if (row === 1 || key % 5 === 0) return -Infinity;
    return key % 7 === row % 7 ? -30000 : 0.01 * key;
  });

const ROWS = {
  batch: 2,
  numHeads: 4,
  numKVHeads: 2,
  seqLenQ: 37,
  seqLenKV: 53,
  headDim: 16,
  scorePrecision: 'two-term',
} as const;

/** The key of a query, without what lies along it: the terms of their logit cancel. */
function across({ query, key }: Arrays): Arrays {
  const [q, k] = [Float32Array.from(query ?? []), Float32Array.from(key ?? [])];
  const dot = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, d) => sum + value * (b[d] ?? NaN), 0);
  const share = dot(q, k) / dot(q, q);
  return { key: k.map((value, d) => value - share * (q[d] ?? NaN)) };
}

/** Inputs that seeded ones are never like. */
export const OWN_INPUTS: Readonly<Record<string, Corner<AttentionProblem>>> = {
  'scores of a hundred by their operands': { problem: ROWS, inputs: sized(100) },
  'scores of ten thousand by their operands': { problem: ROWS, inputs: sized(10_000) },
  'scores and sinks of a thousand, causal': {
    problem: { ...ROWS, causal: 'bottom-right', sinks: true },
    inputs: (seeded) => ({ ...sized(1000)(seeded), ...small([1000, -1000, 300, 0]) }),
  },
  'a softcap of a hundred on scores of a thousand': {
    problem: { ...ROWS, softcap: 100 },
    inputs: sized(1000),
  },
  'one logit whose terms cancel': { problem: { seqLenQ: 1, headDim: 16 }, inputs: across },
  'biases of −∞ and −30000': {
    problem: { numHeads: 2, seqLenQ: 40, seqLenKV: 70, headDim: 16, biasShape: [40, 70] },
    inputs: () => ({ bias: hidingBias(40, 70) }),
  },
  'biases of −∞ and −30000, two terms': {
    problem: { ...ROWS, biasShape: [37, 53] },
    // In row 0 all scores are small beside their bias.
    inputs: () => ({ bias: hidingBias(37, 53).fill(-30000, 0, 53) }),
  },
  'ALiBi far from every key': {
    problem: {
      numHeads: 2,
      seqLenQ: 500,
      seqLenKV: 20,
      headDim: 16,
      alibi: true,
      scorePrecision: 'two-term',
    },
    inputs: () => small([1, 0.5]),
  },
};
