import { ceilDiv } from '../../core/plan.ts';
import type { Bench, BenchCase, Scale } from '../../core/operation.ts';
import type { AttentionProblem } from './problem.ts';

/** Heads of every case where nothing else is said. */
export const USUAL_HEADS = { batch: 1, numHeads: 8, headDim: 64 } as const;

/** One query of a large model: 32 heads of 128 on 8 key/value heads. */
export const DECODING = { numHeads: 32, numKVHeads: 8, headDim: 128, seqLenQ: 1 } as const;

interface Sizes {
  /** Tokens of the main series. */
  readonly tokens: readonly number[];
  readonly causal: number;
  /** Queries and keys of the case with shared key/value heads. */
  readonly grouped: readonly [number, number];
  /** Keys that one query meets. */
  readonly decode: number;
}

/** Naive attention at 8 × 1024 × 64 takes 8 s on a CPU adapter of two cores, and 10 ms on a GPU. */
const SIZES: Readonly<Record<Scale['device'], { readonly full: Sizes; readonly quick: Sizes }>> = {
  cpu: {
    full: { tokens: [128, 256, 512, 1024], causal: 512, grouped: [64, 2048], decode: 4096 },
    quick: { tokens: [64, 128], causal: 128, grouped: [32, 512], decode: 1024 },
  },
  gpu: {
    full: { tokens: [256, 512, 1024, 2048, 4096], causal: 2048, grouped: [256, 8192], decode: 16384 },
    quick: { tokens: [256, 512, 1024], causal: 1024, grouped: [64, 2048], decode: 4096 },
  },
};

const sized = (size: number): Partial<AttentionProblem> => ({
  ...USUAL_HEADS,
  seqLenQ: size,
  seqLenKV: size,
});

const fixed = (problem: Partial<AttentionProblem>): BenchCase<AttentionProblem> => ({
  problem,
  takesOptions: false,
});

/** One query of a large model, whose keys and values lie in pages. */
const inPages = (seqLenKV: number, pageSize: number): Partial<AttentionProblem> => {
  const numPages = ceilDiv(seqLenKV, pageSize);
  return { ...DECODING, seqLenKV, pages: { pageSize, numPages, pagesPerEntry: numPages } };
};

export const attentionBench: Bench<AttentionProblem> = {
  sized,
  cases({ device, quick }) {
    const { tokens, causal, grouped, decode } = SIZES[device][quick ? 'quick' : 'full'];
    const [seqLenQ, seqLenKV] = grouped;
    return [
      ...tokens.map((size) => ({ problem: sized(size), takesOptions: true })),
      fixed({ ...USUAL_HEADS, seqLenQ: causal, causal: 'bottom-right' }),
      fixed({ ...USUAL_HEADS, numKVHeads: 2, seqLenQ, seqLenKV, causal: 'bottom-right' }),
      fixed({ ...DECODING, seqLenKV: decode }),
      // The problem above in pages shows what their table costs.
      fixed(inPages(decode, 16)),
    ];
  },
  wall({ device, quick }) {
    if (quick) return undefined;
    // Thin rows: the series shows memory.
    return {
      problem: (size) => ({ seqLenQ: size, headDim: device === 'cpu' ? 16 : 64 }),
      fractions: device === 'cpu' ? [1 / 8, 1 / 4] : [1 / 8, 1 / 4, 1 / 2],
      takesOptions: false,
    };
  },
};
