import type { Corner } from '../../core/corner.ts';
import type { AttentionProblem } from './problem.ts';

const HIGHEST = 3.4028234663852886e38;

/** From where float64 keeps most digits of a score to where it keeps none. */
const BIASES = [-1e9, -1e10, 3e9, -3e12, 1e16, -1e20, 1e38, -1e38, -HIGHEST, HIGHEST];

/** Biases beside which not even float64 has a digit of the scores left. */
const SWALLOWING = BIASES.filter((bias) => Math.abs(bias) > 1e18);

const ROWS = { numHeads: 2, seqLenQ: 12, seqLenKV: 21, headDim: 16, biasShape: [12, 21] } as const;

/** The keys of each row have one bias. */
const eachRow = (biases: readonly number[]) => () => ({
  bias: Float32Array.from({ length: 12 * 21 }, (_, at) => biases[Math.floor(at / 21) % biases.length] ?? NaN),
});

/** Corners whose scores are finite and huge: their softmax is that of the scores as float64 holds them. */
export const HUGE: Readonly<Record<string, Corner<AttentionProblem>>> = {
  'all keys of a row have a huge bias, two terms': {
    problem: { ...ROWS, scorePrecision: 'two-term' },
    inputs: eachRow(BIASES),
  },
  'all keys of a row have a huge bias, sinks, causal, two terms': {
    problem: { ...ROWS, scorePrecision: 'two-term', sinks: true, causal: 'bottom-right' },
    inputs: eachRow(BIASES),
  },
  'one bias for all, two terms': {
    problem: { seqLenQ: 12, headDim: 16, biasShape: [1], scorePrecision: 'two-term' },
    inputs: () => ({ bias: Float32Array.of(-1e10) }),
  },
  'all keys of a row have a huge bias': { problem: ROWS, inputs: eachRow(SWALLOWING) },
  'the lowest bias hides some keys and whole rows': {
    problem: { ...ROWS, dtype: 'f16' },
    inputs: () => ({
      bias: Float32Array.from({ length: 12 * 21 }, (_, at) => (at < 42 || at % 5 === 0 ? -HIGHEST : 0)),
    }),
  },
};
