import { plainCorners, type Corner } from '../../core/corner.ts';
import type { Arrays } from '../../core/variant.ts';
import { presets } from './presets/index.ts';
import type { AttentionProblem } from './problem.ts';

const GQA = { batch: 2, numHeads: 4, numKVHeads: 2, seqLenQ: 21, seqLenKV: 45, headDim: 16 } as const;

/** A document's tokens far into a text, in steps, and some at fractions. */
const far = (length: number, step: number): number[] =>
  Array.from({ length }, (_, at) => 100_000 + step * at);

/** Positions of a draft tree after 37 keys. */
const DEPTHS = [0, 1, 1, 2, 2, 2, 3, 3].map((depth) => 37 + depth);

/** Query and key whose scores are all of hundreds, though their elements are like in size. */
const large = ({ query, key }: Arrays): Arrays => ({ query: times(query, 20), key: times(key, 20) });

const times = (values: Arrays[string] | undefined, factor: number): Float32Array =>
  Float32Array.from(values ?? [], (value) => value * factor);

/** Corners of rotary positions. */
export const ROTATED: Readonly<Record<string, Corner<AttentionProblem>>> = {
  ...plainCorners<AttentionProblem>({
    'rope, GQA, more keys': { ...GQA, rope: {} },
    'rope, two elements, more queries': {
      seqLenQ: 40,
      seqLenKV: 9,
      headDim: 2,
      rope: {},
      causal: 'bottom-right',
    },
    'rope, interleaved, some of an odd dim': { ...GQA, headDim: 13, rope: { dim: 6, interleaved: true } },
    'rope, some of the dim, causal window': {
      ...GQA,
      rope: { dim: 10, base: 500_000 },
      causal: 'bottom-right',
      window: [12, -1],
    },
    'rope, lengths, causal, softcap, sinks': {
      ...GQA,
      rope: {},
      seqLensKV: [45, 30],
      causal: 'bottom-right',
      softcap: 5,
      sinks: true,
    },
    'rope, own positions, huge': {
      ...GQA,
      softmaxScale: 1,
      rope: { positionsQ: far(21, 1), positionsKV: [...far(45, 1), ...far(45, 0.5)] },
    },
    'rope, keys stored rotated, ALiBi': { ...GQA, rope: { dim: 8 }, keysRotated: true, alibi: true },
    'rope, documents': {
      seqLenQ: 40,
      headDim: 16,
      rope: {},
      causal: 'bottom-right',
      cuSeqLensQ: [0, 11, 30, 40],
      cuSeqLensKV: [0, 11, 30, 40],
    },
    // Tokens of a tree stand as deep as they have ancestors.
    'rope, a draft tree': {
      ...GQA,
      seqLenQ: 8,
      rope: { positionsQ: DEPTHS, positionsKV: [...Array.from({ length: 37 }, (_, at) => at), ...DEPTHS] },
      ...presets.tree.modifiers({ prefix: 37, parents: [-1, 0, 0, 1, 1, 2, 3, 5] }),
    },
    'rope, f16': { ...GQA, headDimV: 7, rope: {}, dtype: 'f16' },
    'rope, f16, keys stored rotated': { ...GQA, rope: {}, keysRotated: true, dtype: 'f16' },
  }),
  'rope, scores of hundreds at huge positions, causal': {
    problem: {
      ...GQA,
      scorePrecision: 'two-term',
      causal: 'bottom-right',
      window: [20, -1],
      rope: { positionsQ: far(21, 3), positionsKV: far(45, 3) },
    },
    inputs: large,
  },
  'rope, scores of hundreds, keys stored rotated': {
    problem: { ...GQA, scorePrecision: 'two-term', rope: { interleaved: true }, keysRotated: true },
    inputs: large,
  },
  'rope, keys of NaN beyond the lengths': {
    problem: { batch: 2, seqLenQ: 20, seqLenKV: 30, headDim: 8, seqLensKV: [20, 9], rope: {} },
    inputs: ({ key }) => ({
      key: Float32Array.from(key ?? [])
        .fill(NaN, 20 * 8, 30 * 8)
        .fill(NaN, 39 * 8),
    }),
  },
};
