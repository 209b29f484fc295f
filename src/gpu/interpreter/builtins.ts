import { f16round, getFloat16, setFloat16 } from '@petamoriken/float16';
import type { Compiling, Value } from './compiling.ts';
import { each, fma, select, type Lanes, type Loop } from './lanes.ts';
import { NotInterpreted } from './not-interpreted.ts';
import { binary, commonScalar } from './operators.ts';
import {
  BOOL,
  concrete,
  F32,
  I32,
  isAbstract,
  nameOf,
  scalarOf,
  U32,
  vectorOf,
  withScalar,
  type ScalarType,
} from './types.ts';

const { fround } = Math;
const one = (f: (a: number) => number): Loop => each((a) => fround(f(a)));

const roundEven = (a: number): number => {
  const down = Math.floor(a);
  const part = a - down;
  return part < 0.5 || (part === 0.5 && down % 2 === 0) ? down : down + 1;
};

/** Functions of floats, which are rounded to f32. */
const FLOATS: Readonly<Record<string, Loop>> = {
  acos: one(Math.acos),
  asin: one(Math.asin),
  atan: one(Math.atan),
  atan2: each((a, b) => fround(Math.atan2(a, b))),
  ceil: one(Math.ceil),
  cos: one(Math.cos),
  cosh: one(Math.cosh),
  degrees: one((a) => (a * 180) / Math.PI),
  exp: one(Math.exp),
  exp2: one((a) => 2 ** a),
  floor: one(Math.floor),
  fma,
  fract: one((a) => a - Math.floor(a)),
  inverseSqrt: one((a) => 1 / Math.sqrt(a)),
  log: one(Math.log),
  log2: one(Math.log2),
  mix: each((a, b, c) => fround(a * (1 - c) + b * c)),
  pow: each((a, b) => fround(a ** b)),
  radians: one((a) => (a * Math.PI) / 180),
  round: one(roundEven),
  saturate: each((a) => Math.min(1, Math.max(0, a))),
  sin: one(Math.sin),
  sinh: one(Math.sinh),
  smoothstep: each((a, b, c) => {
    const t = Math.min(1, Math.max(0, (c - a) / (b - a)));
    return fround(t * t * (3 - 2 * t));
  }),
  sqrt: one(Math.sqrt),
  step: each((a, b) => (a <= b ? 1 : 0)),
  tan: one(Math.tan),
  tanh: one(Math.tanh),
  trunc: one(Math.trunc),
};

/** The operand that is a number where the other is NaN, as most devices have it. */
const larger = (a: number, b: number): number => (a < b || Number.isNaN(a) ? b : a);
const smaller = (a: number, b: number): number => (b < a || Number.isNaN(a) ? b : a);

/** Functions of any numbers, whose result is one of them or needs no rounding. */
const NUMBERS: Readonly<Record<string, Loop>> = {
  abs: each(Math.abs),
  clamp: each((a, b, c) => smaller(larger(a, b), c)),
  max: each(larger),
  min: each(smaller),
  sign: each(Math.sign),
};

const bitCount = (a: number): number => {
  let count = 0;
  for (let rest = a >>> 0; rest !== 0; rest &= rest - 1) count++;
  return count;
};
const trailing = (a: number): number => (a === 0 ? 32 : 31 - Math.clz32(a & -a));
const reversed = (a: number): number => {
  let result = 0;
  for (let bit = 0; bit < 32; bit++) result |= ((a >>> bit) & 1) << (31 - bit);
  return result;
};

/** Functions of integers. Results are made unsigned for u32. */
const INTEGERS: Readonly<Record<string, (a: number, b: number, c: number) => number>> = {
  countLeadingZeros: (a) => Math.clz32(a),
  countOneBits: bitCount,
  countTrailingZeros: trailing,
  firstLeadingBit: (a) => 31 - Math.clz32(a < 0 ? ~a : a),
  firstTrailingBit: (a) => (a === 0 ? -1 : trailing(a)),
  reverseBits: reversed,
};

const half = new DataView(new ArrayBuffer(4));
const low = (a: number): number => {
  half.setUint32(0, a, true);
  return getFloat16(half, 0, true);
};
const packHalves = each((a, b) => {
  setFloat16(half, 0, a, true);
  setFloat16(half, 2, b, true);
  return half.getUint32(0, true);
});
const byteDot = (a: number, b: number, signed: boolean): number => {
  let sum = 0;
  for (let shift = 0; shift < 32; shift += 8) {
    const [x, y] = [(a >>> shift) & 255, (b >>> shift) & 255];
    sum += signed ? ((x << 24) >> 24) * ((y << 24) >> 24) : x * y;
  }
  return sum;
};

/** Functions of whole values, by name. */
type Whole = (compiling: Compiling, values: readonly [Value, ...Value[]], at: number) => Value;

const scalarValue = (type: ScalarType, leaf: Lanes, constant: boolean): Value => ({
  type,
  leaves: [leaf],
  constant,
  shared: false,
});

/** The sum of products in order, each rounded. */
function dotOf(compiling: Compiling, a: Value, b: Value, at: number): Value {
  const products = binary(compiling, '*', a, b, at);
  const type = scalarOf(products.type) ?? F32;
  return products.leaves
    .map((leaf) => scalarValue(type, leaf, products.constant))
    .reduce((sum, one) => binary(compiling, '+', sum, one, at));
}

const folded =
  (join: (a: number, b: number) => number, start: number): Whole =>
  (compiling, [value]) => {
    const loop = each(join);
    let sum = compiling.constant(start);
    for (const lane of value.leaves) sum = compiling.compute(loop, value.constant, sum, lane);
    return scalarValue(BOOL, sum, value.constant);
  };

const squareRoot: Loop = each((a) => fround(Math.sqrt(a)));

const WHOLE: Readonly<Record<string, Whole>> = {
  all: folded((a, b) => a & b, 1),
  any: folded((a, b) => a | b, 0),
  dot: (compiling, [a, b], at) => {
    if (b === undefined || a.type.kind !== 'vector')
      throw new NotInterpreted(at, `dot of ${nameOf(a.type)} is not interpreted`);
    return dotOf(compiling, a, b, at);
  },
  length: (compiling, [a], at) => {
    const { leaves, constant } = dotOf(compiling, a, a, at);
    return scalarValue(
      F32,
      compiling.compute(squareRoot, constant, leaves[0] ?? compiling.constant(0)),
      constant,
    );
  },
  unpack2x16float: (compiling, [{ leaves, constant }]) => {
    const [word = compiling.constant(0)] = leaves;
    const parts = [each(low), each((a) => low(a >>> 16))];
    const type = vectorOf(2, F32);
    return {
      type,
      leaves: parts.map((loop) => compiling.compute(loop, constant, word)),
      constant,
      shared: false,
    };
  },
  pack2x16float: (compiling, [{ leaves, constant }]) =>
    scalarValue(U32, compiling.compute(packHalves, constant, ...pairOf(compiling, leaves)), constant),
  dot4I8Packed: (compiling, [a, b]) => byteDots(compiling, a, b, true),
  dot4U8Packed: (compiling, [a, b]) => byteDots(compiling, a, b, false),
};

const pairOf = (compiling: Compiling, [a, b]: readonly Lanes[]): [Lanes, Lanes] => [
  a ?? compiling.constant(0),
  b ?? compiling.constant(0),
];

function byteDots(compiling: Compiling, a: Value, b: Value | undefined, signed: boolean): Value {
  const loop = each((x, y) => byteDot(x, y, signed));
  const constant = a.constant && b?.constant === true;
  const operands = pairOf(compiling, [...a.leaves, ...(b?.leaves ?? [])]);
  return scalarValue(signed ? I32 : U32, compiling.compute(loop, constant, ...operands), constant);
}

/** A built-in function of values, which reaches no memory; nothing if there is none of that name. */
export function builtin(
  compiling: Compiling,
  name: string,
  values: readonly Value[],
  at: number,
): Value | undefined {
  const [first, ...others] = values;
  if (first === undefined) return undefined;
  if (name === 'select') return selected(compiling, values);
  const whole = WHOLE[name];
  if (whole !== undefined) {
    const settled = values.map((value) => compiling.as(value, concrete(value.type)));
    return whole(compiling, [settled[0] ?? first, ...settled.slice(1)], at);
  }
  const float = FLOATS[name];
  const number = NUMBERS[name];
  const integer = INTEGERS[name];
  if (float === undefined && number === undefined && integer === undefined) return undefined;
  const scalars = values.map(({ type }) => scalarOf(type) ?? F32);
  let scalar = scalars.reduce(commonScalar);
  if (isAbstract(scalar) && (float !== undefined || !values.every(({ constant }) => constant))) {
    scalar = float === undefined ? (scalarOf(concrete(scalar)) ?? F32) : F32;
  }
  const shape = [first, ...others].find(({ type }) => type.kind === 'vector') ?? first;
  const type = withScalar(shape.type, scalar);
  const operands = values.map((value) => compiling.converted(value, scalar, withScalar(value.type, scalar)));
  const loop = float ?? number ?? (integer === undefined ? undefined : integerLoop(integer, scalar));
  if (loop === undefined) return undefined;
  const constant = values.every((value) => value.constant);
  const leaves = shape.leaves.map((_, index) => {
    const [a, b, c] = operands.map(({ leaves: own }) => (own.length === 1 ? own[0] : own[index]));
    const result = compiling.compute(loop, constant, a ?? compiling.constant(0), b, c);
    return scalar.name === 'f16' && float !== undefined
      ? compiling.compute(each(f16round), constant, result)
      : result;
  });
  return { type, leaves, constant, shared: false };
}

const integerLoop = (f: (a: number, b: number, c: number) => number, { name }: ScalarType): Loop =>
  each(name === 'u32' ? (a, b, c) => f(a, b, c) >>> 0 : (a, b, c) => f(a, b, c) | 0);

/** `select(a, b, condition)`: b where the condition holds. */
function selected(compiling: Compiling, [a, b, condition]: readonly Value[]): Value | undefined {
  if (a === undefined || b === undefined || condition === undefined) return undefined;
  const [x, y] = [scalarOf(a.type), scalarOf(b.type)];
  if (x === undefined || y === undefined) return undefined;
  const constant = a.constant && b.constant && condition.constant;
  const common = commonScalar(x, y);
  const scalar = constant ? common : (scalarOf(concrete(common)) ?? common);
  const [left, right] = [a, b].map((value) =>
    compiling.converted(value, scalar, withScalar(value.type, scalar)),
  );
  const leaves = a.leaves.map((_, index) => {
    const [from, to] = [left?.leaves[index], right?.leaves[index]];
    const by = condition.leaves.length === 1 ? condition.leaves[0] : condition.leaves[index];
    const none = compiling.constant(0);
    return compiling.compute(select, constant, from ?? none, to ?? none, by ?? none);
  });
  return { type: withScalar(a.type, scalar), leaves, constant, shared: false };
}
