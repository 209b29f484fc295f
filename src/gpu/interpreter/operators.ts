import { f16round } from '@petamoriken/float16';
import type { Compiling, Value } from './compiling.ts';
import {
  ABSTRACT_ARITHMETIC,
  ABSTRACT_INTEGERS,
  COMPARISONS,
  each,
  F32_ARITHMETIC,
  I32_ARITHMETIC,
  LOGIC,
  U32_ARITHMETIC,
  type Lanes,
  type Loop,
} from './lanes.ts';
import { NotInterpreted } from './not-interpreted.ts';
import {
  BOOL,
  isAbstract,
  nameOf,
  scalarOf,
  U32,
  withScalar,
  type ScalarName,
  type ScalarType,
  type Type,
} from './types.ts';

const F16_ARITHMETIC: Readonly<Record<string, Loop>> = {
  '+': each((a, b) => f16round(a + b)),
  '-': each((a, b) => f16round(a - b)),
  '*': each((a, b) => f16round(a * b)),
  '/': each((a, b) => f16round(a / b)),
  '%': each((a, b) => f16round(a % b)),
};

const ARITHMETIC: Readonly<Record<ScalarName, Readonly<Record<string, Loop>>>> = {
  f32: F32_ARITHMETIC,
  f16: F16_ARITHMETIC,
  i32: I32_ARITHMETIC,
  u32: U32_ARITHMETIC,
  bool: LOGIC,
  'abstract-int': ABSTRACT_INTEGERS,
  'abstract-float': ABSTRACT_ARITHMETIC,
};

/** The scalar that two operands have in common: an abstract one gives way. */
export function commonScalar(a: ScalarType, b: ScalarType): ScalarType {
  if (a.name === b.name || !isAbstract(a)) return a;
  if (!isAbstract(b)) return b;
  return a.name === 'abstract-float' ? a : b;
}

/** The scalars of a value, one for each component of a result; those of a scalar are repeated. */
const spread = ({ leaves }: Value, index: number): Lanes | undefined =>
  leaves.length === 1 ? leaves[0] : leaves[index];

/** `left op right` of scalars and vectors, a component at a time. */
export function binary(compiling: Compiling, op: string, left: Value, right: Value, at: number): Value {
  const [l, r] = [scalarOf(left.type), scalarOf(right.type)];
  if (l === undefined || r === undefined) {
    throw new NotInterpreted(at, `${nameOf(left.type)} ${op} ${nameOf(right.type)} is not interpreted`);
  }
  const isShift = op === '<<' || op === '>>';
  const shifted = isShift && isAbstract(l) && !right.constant ? { ...l, name: 'i32' as const } : l;
  const scalar = isShift ? shifted : commonScalar(l, r);
  const a = compiling.converted(left, scalar, withScalar(left.type, scalar));
  const b = isShift
    ? compiling.converted(right, U32, withScalar(right.type, U32))
    : compiling.converted(right, scalar, withScalar(right.type, scalar));
  const comparison = COMPARISONS[op];
  const loop = comparison ?? ARITHMETIC[scalar.name][op];
  if (loop === undefined) throw new NotInterpreted(at, `${op} of ${scalar.name} is not interpreted`);
  const shape: Type = a.type.kind === 'vector' ? a.type : b.type;
  const constant = a.constant && b.constant;
  const leaves = Array.from({ length: Math.max(a.leaves.length, b.leaves.length) }, (_, index) => {
    const [x, y] = [spread(a, index), spread(b, index)];
    if (x === undefined || y === undefined) throw new NotInterpreted(at, `${op} of unlike vectors`);
    return compiling.compute(loop, constant, x, y);
  });
  const type = withScalar(isShift ? a.type : shape, comparison === undefined ? scalar : BOOL);
  return { type, leaves, constant, shared: false };
}

const not: Loop = each((a) => (a === 0 ? 1 : 0));
const flipSigned: Loop = each((a) => ~a);
const flipUnsigned: Loop = each((a) => ~a >>> 0);
const negated: Loop = each((a) => -a);
const negatedInteger: Loop = each((a) => -a | 0);

/** `-x`, `!x` and `~x`. */
export function unary(compiling: Compiling, op: '-' | '!' | '~', value: Value, at: number): Value {
  const scalar = scalarOf(value.type);
  if (scalar === undefined) throw new NotInterpreted(at, `${op} of ${nameOf(value.type)}`);
  const loop =
    op === '!'
      ? not
      : op === '~'
        ? scalar.name === 'u32'
          ? flipUnsigned
          : flipSigned
        : scalar.name === 'i32'
          ? negatedInteger
          : negated;
  const leaves = value.leaves.map((lane) => compiling.compute(loop, value.constant, lane));
  return { ...value, leaves, shared: false };
}
