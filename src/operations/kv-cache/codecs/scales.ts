import { ceilDiv } from '../../../core/plan.ts';
import { asHalves, fromHalves } from './pack.ts';

/** Facts of a group of numbers that scales are made of. */
export interface Stats {
  least: number;
  largest: number;
  squares: number;
  count: number;
}

/** A value is `least + scale · level`. */
export interface Scale {
  readonly scale: number;
  readonly least: number;
}

/** A way to choose scales, and to keep them in words. */
export interface Scales {
  /** The module of the role `scales`. */
  readonly module: string;
  /** Scales in a word. */
  readonly inWord: number;
  readonly scaleOf: (stats: Stats) => Scale;
  readonly pack: (scales: readonly Scale[]) => Uint32Array;
  readonly unpack: (words: Uint32Array, at: number) => Scale;
}

/** Whole numbers from the least to the largest: `scale = (largest − least) / steps`, both in f16. */
export const fromLeast = (steps: number): Scales => ({
  module: 'cache/lib/scales/pair',
  inWord: 1,
  scaleOf: ({ least, largest }) => ({ scale: (largest - least) / steps, least }),
  pack: (scales) => asHalves(Float64Array.from(scales.flatMap(({ scale, least }) => [scale, least]))).words,
  unpack(words, at) {
    const [scale = NaN, least = NaN] = fromHalves(words.subarray(at, at + 1));
    return { scale, least };
  },
});

const halves = (scaleOf: (stats: Stats) => number): Scales => ({
  module: 'cache/lib/scales/half',
  inWord: 2,
  scaleOf: (stats) => ({ scale: scaleOf(stats), least: 0 }),
  pack: (scales) => asHalves(Float64Array.from(scales, ({ scale }) => scale)).words,
  unpack: (words, at) => ({
    scale: fromHalves(words.subarray(at >> 1, (at >> 1) + 1))[at % 2] ?? NaN,
    least: 0,
  }),
});

const sizeOf = ({ least, largest }: Stats): number => Math.max(largest, -least);

/** The largest absolute value becomes the largest level; the scale is f16. */
export const byLargest = (level: number): Scales => halves((stats) => sizeOf(stats) / level);

/** The root of the mean square becomes 1; the scale is f16. */
export const byNorm: Scales = halves(({ squares, count }) => Math.sqrt(squares / count));

/**
 * A power of two in a byte, the exponent plus 127, such that the exponent of the largest absolute value becomes `exponent`: as OCP's
 * microscaling formats have it. Larger levels than there are get the largest.
 */
export const byExponent = (exponent: number): Scales => ({
  module: 'cache/lib/scales/exponent',
  inWord: 4,
  scaleOf: (stats) => {
    const size = sizeOf(stats);
    const power = size === 0 ? -126 : Math.floor(Math.log2(size)) - exponent;
    return { scale: 2 ** Math.max(-126, Math.min(127, power)), least: 0 };
  },
  pack(scales) {
    const bytes = new Uint8Array(4 * ceilDiv(scales.length, 4));
    bytes.set(scales.map(({ scale }) => Math.log2(scale) + 127));
    return new Uint32Array(bytes.buffer);
  },
  unpack: (words, at) => ({
    scale: 2 ** ((((words[at >> 2] ?? 0) >>> (8 * (at % 4))) & 255) - 127),
    least: 0,
  }),
});
