/**
 * One number for each invocation that runs in lock step. f32 and f16 are held as the doubles that they are, integers
 * as whole numbers, booleans as 0 and 1.
 */
export type Lanes = Float64Array;

/** Computes all lanes, those too whose invocation is not active: a value of theirs is never used. */
export type Loop = (n: number, out: Lanes, a: Lanes, b: Lanes, c: Lanes) => void;

const { fround, trunc, imul } = Math;

/** A loop that calls a function for each lane: for what is seldom computed. */
const each =
  (f: (a: number, b: number, c: number) => number): Loop =>
  (n, out, a, b, c) => {
    for (let i = 0; i < n; i++) out[i] = f(a[i] ?? 0, b[i] ?? 0, c[i] ?? 0);
  };

export const copy: Loop = (n, out, a) => {
  for (let i = 0; i < n; i++) out[i] = a[i] ?? 0;
};

export const select: Loop = (n, out, a, b, c) => {
  for (let i = 0; i < n; i++) out[i] = (c[i] ?? 0) === 0 ? (a[i] ?? 0) : (b[i] ?? 0);
};

/** Operators that compare. They are the same for all types. */
export const COMPARISONS: Readonly<Record<string, Loop>> = {
  '<': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = (a[i] ?? 0) < (b[i] ?? 0) ? 1 : 0;
  },
  '<=': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = (a[i] ?? 0) <= (b[i] ?? 0) ? 1 : 0;
  },
  '>': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = (a[i] ?? 0) > (b[i] ?? 0) ? 1 : 0;
  },
  '>=': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = (a[i] ?? 0) >= (b[i] ?? 0) ? 1 : 0;
  },
  '==': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = (a[i] ?? 0) === (b[i] ?? 0) ? 1 : 0;
  },
  '!=': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = (a[i] ?? 0) === (b[i] ?? 0) ? 0 : 1;
  },
};

/** Logic on booleans. */
export const LOGIC: Readonly<Record<string, Loop>> = {
  '&': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = (a[i] ?? 0) & (b[i] ?? 0);
  },
  '|': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = (a[i] ?? 0) | (b[i] ?? 0);
  },
};

/** Each result is rounded to f32, as every operation of WGSL is. */
export const F32_ARITHMETIC: Readonly<Record<string, Loop>> = {
  '+': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = fround((a[i] ?? 0) + (b[i] ?? 0));
  },
  '-': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = fround((a[i] ?? 0) - (b[i] ?? 0));
  },
  '*': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = fround((a[i] ?? 0) * (b[i] ?? 0));
  },
  '/': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = fround((a[i] ?? 0) / (b[i] ?? 0));
  },
  '%': each((a, b) => fround(a % b)),
};

/** Arithmetic of literals and constants whose type is not settled: doubles. */
export const ABSTRACT_ARITHMETIC: Readonly<Record<string, Loop>> = {
  '+': each((a, b) => a + b),
  '-': each((a, b) => a - b),
  '*': each((a, b) => a * b),
  '/': each((a, b) => a / b),
  '%': each((a, b) => a % b),
};

/** Whole numbers without a size: of literals and constants whose type is not settled. */
export const ABSTRACT_INTEGERS: Readonly<Record<string, Loop>> = {
  ...ABSTRACT_ARITHMETIC,
  '/': each((a, b) => trunc(a / b)),
  '&': each((a, b) => Number(BigInt(a) & BigInt(b))),
  '|': each((a, b) => Number(BigInt(a) | BigInt(b))),
  '^': each((a, b) => Number(BigInt(a) ^ BigInt(b))),
  '<<': each((a, b) => a * 2 ** b),
  '>>': each((a, b) => Math.floor(a / 2 ** b)),
};

export const U32_ARITHMETIC: Readonly<Record<string, Loop>> = {
  '+': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = ((a[i] ?? 0) + (b[i] ?? 0)) >>> 0;
  },
  '-': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = ((a[i] ?? 0) - (b[i] ?? 0)) >>> 0;
  },
  '*': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = imul(a[i] ?? 0, b[i] ?? 0) >>> 0;
  },
  '/': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = ((a[i] ?? 0) / ((b[i] ?? 0) === 0 ? 1 : (b[i] ?? 0))) >>> 0;
  },
  '%': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = (b[i] ?? 0) === 0 ? 0 : (a[i] ?? 0) % (b[i] ?? 0);
  },
  '&': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = ((a[i] ?? 0) & (b[i] ?? 0)) >>> 0;
  },
  '|': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = ((a[i] ?? 0) | (b[i] ?? 0)) >>> 0;
  },
  '^': each((a, b) => (a ^ b) >>> 0),
  '<<': each((a, b) => (a << (b & 31)) >>> 0),
  '>>': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = (a[i] ?? 0) >>> ((b[i] ?? 0) & 31);
  },
};

export const I32_ARITHMETIC: Readonly<Record<string, Loop>> = {
  '+': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = ((a[i] ?? 0) + (b[i] ?? 0)) | 0;
  },
  '-': (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = ((a[i] ?? 0) - (b[i] ?? 0)) | 0;
  },
  '*': each((a, b) => imul(a, b)),
  '/': each((a, b) => (b === 0 ? a : (a / b) | 0)),
  '%': each((a, b) => (b === 0 ? 0 : (a % b) | 0)),
  '&': each((a, b) => a & b),
  '|': each((a, b) => a | b),
  '^': each((a, b) => a ^ b),
  '<<': each((a, b) => a << (b & 31)),
  '>>': each((a, b) => a >> (b & 31)),
};

export const fma: Loop = (n, out, a, b, c) => {
  for (let i = 0; i < n; i++) out[i] = fround((a[i] ?? 0) * (b[i] ?? 0) + (c[i] ?? 0));
};

export const round: Loop = (n, out, a) => {
  for (let i = 0; i < n; i++) out[i] = fround(a[i] ?? 0);
};

export { each };
