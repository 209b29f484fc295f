import { ceilDiv } from '../../../core/plan.ts';
import { asHalves, fromHalves } from './pack.ts';

/** Facts of a group of numbers that scales are made of. */
export interface Stats {
  readonly least: number;
  readonly largest: number;
  readonly squares: number;
  readonly count: number;
}

/** A value is `least + scale · level`. */
export interface Scale {
  readonly scale: number;
  readonly least: number;
}

/** The scales of many groups. */
export interface ScaleList {
  readonly scale: Float64Array;
  readonly least: Float64Array;
}

/** A way to choose scales, and to keep them in words. */
export interface Scales {
  /** The module of the role `scales`. */
  readonly module: string;
  /** Scales in a word. */
  readonly inWord: number;
  readonly scaleOf: (stats: Stats) => Scale;
  readonly pack: (scales: ScaleList) => Uint32Array;
  /** So many scales as they are kept. */
  readonly unpack: (words: Uint32Array, count: number) => ScaleList;
}

/** Whole numbers from the least to the largest: `scale = (largest − least) / steps`, both in f16. */
export const fromLeast = (steps: number): Scales => ({
  module: 'cache/lib/scales/pair',
  inWord: 1,
  scaleOf: ({ least, largest }) => ({ scale: (largest - least) / steps, least }),
  pack({ scale, least }) {
    const numbers = new Float64Array(2 * scale.length);
    scale.forEach((one, at) => {
      numbers[2 * at] = one;
      numbers[2 * at + 1] = least[at] ?? NaN;
    });
    return asHalves(numbers);
  },
  unpack(words, count) {
    const numbers = fromHalves(words);
    return {
      scale: Float64Array.from({ length: count }, (_, at) => numbers[2 * at] ?? NaN),
      least: Float64Array.from({ length: count }, (_, at) => numbers[2 * at + 1] ?? NaN),
    };
  },
});

const halves = (scaleOf: (stats: Stats) => number): Scales => ({
  module: 'cache/lib/scales/half',
  inWord: 2,
  scaleOf: (stats) => ({ scale: scaleOf(stats), least: 0 }),
  pack: ({ scale }) => asHalves(scale),
  unpack: (words, count) => ({
    scale: fromHalves(words).slice(0, count),
    least: new Float64Array(count),
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
  pack({ scale }) {
    const bytes = new Uint8Array(4 * ceilDiv(scale.length, 4));
    bytes.set(scale.map((one) => Math.log2(one) + 127));
    return new Uint32Array(bytes.buffer);
  },
  unpack: (words, count) => ({
    scale: Float64Array.from(
      { length: count },
      (_, at) => 2 ** ((((words[at >> 2] ?? 0) >>> (8 * (at % 4))) & 255) - 127),
    ),
    least: new Float64Array(count),
  }),
});
