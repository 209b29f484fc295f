import type { Compiling, Value } from './compiling.ts';
import { bitcast } from './conversions.ts';
import { NotInterpreted } from './not-interpreted.ts';
import { commonScalar } from './operators.ts';
import { ABSTRACT_INT, leavesOf, nameOf, scalarOf, vectorOf, withScalar, type Type } from './types.ts';

/** A value of a named type from its arguments: `f32(x)`, `vec4f(a, b)`, `array<f32, 4>()`, `Pair(1, 2)`. */
export function construct(compiling: Compiling, type: Type, given: readonly Value[], at: number): Value {
  if (given.length === 0) return compiling.zero(sized(type, 0));
  const constant = given.every((value) => value.constant);
  const [first] = given;
  if (type.kind === 'scalar' && first !== undefined && given.length === 1) {
    return compiling.converted(first, type, type);
  }
  if (type.kind === 'vector') {
    const parts = given.flatMap((value) => {
      const own = withScalar(value.type, type.of);
      return [...compiling.converted(value, type.of, own).leaves];
    });
    const [only] = parts;
    const repeated = parts.length === 1 && only !== undefined;
    const leaves = repeated ? Array.from({ length: type.size }, () => only) : parts;
    if (leaves.length !== type.size)
      throw new NotInterpreted(at, `${nameOf(type)} of ${leaves.length} parts`);
    return { type, leaves, constant, shared: given.some((value) => value.shared) };
  }
  const whole = sized(type, given.length);
  const parts = partsOf(whole, given.length);
  if (parts === undefined) throw new NotInterpreted(at, `${nameOf(type)} is not constructed`);
  const leaves = given.flatMap((value, index) => {
    const part = parts[index];
    return part === undefined ? [] : [...compiling.as(value, part).leaves];
  });
  return { type: whole, leaves, constant, shared: given.some((value) => value.shared) };
}

/** An array that leaves its count open has one element for each argument. */
const sized = (type: Type, count: number): Type =>
  type.kind === 'array' && type.count === undefined ? { ...type, count } : type;

function partsOf(type: Type, count: number): readonly Type[] | undefined {
  if (type.kind === 'struct') return type.members.map((member) => member.type);
  return type.kind === 'array' ? Array.from({ length: count }, () => type.of) : undefined;
}

/** A constructor that takes its scalars from its arguments: `vec2(a, b)`, `array(a, b)`. */
export function inferredType(name: string, given: readonly Value[]): Type | undefined {
  const [, size] = /^vec([234])$/.exec(name) ?? [];
  if (size !== undefined) {
    const scalars = given.map(({ type }) => scalarOf(type) ?? ABSTRACT_INT);
    return vectorOf(Number(size), scalars.length === 0 ? ABSTRACT_INT : scalars.reduce(commonScalar));
  }
  const [first] = given;
  if (name !== 'array' || first === undefined) return undefined;
  const scalars = given.map(({ type }) => scalarOf(type));
  const known = scalars.flatMap((scalar) => (scalar === undefined ? [] : [scalar]));
  const of = known.length === given.length ? withScalar(first.type, known.reduce(commonScalar)) : first.type;
  return { kind: 'array', of, count: given.length };
}

/** `bitcast<T>(x)` of types whose scalars have 4 bytes. */
export function bitcasted(compiling: Compiling, type: Type, given: Value, at: number): Value {
  const [from, to] = [scalarOf(given.type), scalarOf(type)];
  const fits = leavesOf(type).length === given.leaves.length;
  if (from === undefined || to === undefined || !fits || from.name === 'f16' || to.name === 'f16') {
    throw new NotInterpreted(at, `bitcast from ${nameOf(given.type)} to ${nameOf(type)} is not interpreted`);
  }
  const source = from.name === 'abstract-int' ? 'i32' : from.name === 'abstract-float' ? 'f32' : from.name;
  const loop = bitcast(source, to.name);
  const leaves = given.leaves.map((lane) => compiling.compute(loop, given.constant, lane));
  return { type, leaves, constant: given.constant, shared: false };
}
