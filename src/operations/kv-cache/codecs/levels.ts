/** The numbers that codes stand for, before scale and least number. */
export interface Levels {
  readonly bits: number;
  /** The module of the role `numbers`. */
  readonly module: string;
  readonly codeOf: (x: number) => number;
  readonly levelOf: (code: number) => number;
  /** The largest number that there is. */
  readonly largest: number;
}

/** Codes stand for themselves. A number half way between two goes to the larger one. */
export const wholeNumbers = (bits: number): Levels => ({
  bits,
  module: 'cache/lib/numbers/affine',
  codeOf: (x) => Math.min(2 ** bits - 1, Math.max(0, Math.round(x))),
  levelOf: (code) => code,
  largest: 2 ** bits - 1,
});

/** Codes stand for the numbers of a table, and a number gets the code of the nearest; of two as near, the lower code. */
export function tableOf(bits: number, module: string, table: readonly number[]): Levels {
  // A code whose number an earlier one has, such as −0, is never used; nor is one that is no number.
  const known = table
    .map((level, code) => ({ level, code }))
    .filter(({ level, code }) => !Number.isNaN(level) && table.indexOf(level) === code)
    .sort((a, b) => a.level - b.level);
  const levels = Float64Array.from(known, ({ level }) => level);
  const codes = Uint8Array.from(known, ({ code }) => code);
  return {
    bits,
    module,
    codeOf(x) {
      let [low, high] = [0, levels.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((levels[middle] ?? NaN) < x) low = middle + 1;
        else high = middle;
      }
      // The first level that is no less, and the one below it.
      const below = Math.max(0, low - 1);
      const [under, over] = [Math.abs(x - (levels[below] ?? NaN)), Math.abs((levels[low] ?? NaN) - x)];
      const [lower = 0, upper = 0] = [codes[below], codes[low]];
      return under === over ? Math.min(lower, upper) : under < over ? lower : upper;
    },
    levelOf: (code) => table[code] ?? NaN,
    largest: Math.max(...levels),
  };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** Sign, exponent and mantissa of a code, as IEEE floats have them, without infinities. */
function floatOf(code: number, exponentBits: number, mantissaBits: number): number {
  const bias = 2 ** (exponentBits - 1) - 1;
  const sign = code >> (exponentBits + mantissaBits) === 1 ? -1 : 1;
  const exponent = (code >> mantissaBits) & (2 ** exponentBits - 1);
  const mantissa = (code & (2 ** mantissaBits - 1)) / 2 ** mantissaBits;
  const size = exponent === 0 ? mantissa * 2 ** (1 - bias) : (1 + mantissa) * 2 ** (exponent - bias);
  return sign * size;
}

/** FP8 E4M3, whose codes 0x7f and 0xff are no numbers. */
export const e4m3 = tableOf(
  8,
  'cache/lib/numbers/e4m3',
  range(256).map((code) => ((code & 0x7f) === 0x7f ? NaN : floatOf(code, 4, 3))),
);

/** FP4 E2M1: 0, 0.5, 1, 1.5, 2, 3, 4, 6, and below 0. */
export const e2m1 = tableOf(
  4,
  'cache/lib/numbers/e2m1',
  range(16).map((code) => floatOf(code, 2, 1)),
);

/** NF4: quantiles of a normal distribution between −1 and 1, as QLoRA has them, in f32. */
export const nf4 = tableOf(
  4,
  'cache/lib/numbers/nf4',
  [
    ...[-1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635],
    ...[-0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725],
    ...[0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941],
    ...[0.7229568362236023, 1],
  ].map(Math.fround),
);

/** The 16 levels that lose least of a standard normal number (Max, "Quantizing for Minimum Distortion", 1960), in f32. */
const NORMAL_LEVELS = [0.1284, 0.3881, 0.6568, 0.9424, 1.2562, 1.6181, 2.0691, 2.7326];

export const normal16 = tableOf(
  4,
  'cache/lib/numbers/normal16',
  [...NORMAL_LEVELS.map((level) => -level).reverse(), ...NORMAL_LEVELS].map(Math.fround),
);
