import type { BinaryExpression, ExpressionElem, FunctionCallExpression } from 'wesl';
import { load, outsideValue } from './access.ts';
import { builtin } from './builtins.ts';
import type { Compiling, Value } from './compiling.ts';
import { bitcasted, construct, inferredType } from './constructors.ts';
import type { Lanes } from './lanes.ts';
import { LOGIC } from './lanes.ts';
import { memoryBuiltin } from './memory-builtins.ts';
import { NotInterpreted } from './not-interpreted.ts';
import { binary, unary } from './operators.ts';
import { swizzleOf } from './places.ts';
import { regrouped } from './precedence.ts';
import { probe } from './probes.ts';
import { placeOf } from './references.ts';
import { namedType, typeArgument, typeNameOf } from './type-names.ts';
import {
  ABSTRACT_FLOAT,
  ABSTRACT_INT,
  BOOL,
  F16,
  F32,
  I32,
  leavesOf,
  nameOf,
  U32,
  vectorOf,
  type ScalarType,
} from './types.ts';

/** Adds the steps that compute an expression. @returns where its value will be. @throws NotInterpreted */
export function evaluate(compiling: Compiling, expression: ExpressionElem): Value {
  switch (expression.kind) {
    case 'literal':
      return literal(compiling, expression.value);
    case 'parenthesized-expression':
      return compiling.expression(expression.expression);
    case 'ref':
    case 'type':
      return named(compiling, expression);
    case 'component-expression':
    case 'component-member-expression':
      return component(compiling, expression);
    case 'unary-expression': {
      const { value: op } = expression.operator;
      if (op === '*') return requireLoad(compiling, expression);
      if (op === '&')
        throw new NotInterpreted(expression.start, 'pointers are interpreted in calls and lets alone');
      return unary(compiling, op, compiling.expression(expression.expression), expression.start);
    }
    case 'binary-expression': {
      const whole = regrouped(expression);
      const { value: op } = whole.operator;
      if (op === '&&' || op === '||') return shortCircuit(compiling, whole, op);
      const [left, right] = inOrder(compiling, [whole.left, whole.right]);
      if (left === undefined || right === undefined)
        throw new NotInterpreted(expression.start, 'an operand is missing');
      return binary(compiling, op, left, right, expression.start);
    }
    case 'call-expression': {
      const value = call(compiling, expression);
      if (value === true) throw new NotInterpreted(expression.start, 'this call has no value');
      return value;
    }
  }
}

const SUFFIXES: Readonly<Record<string, ScalarType>> = { u: U32, i: I32, f: F32, h: F16 };

function literal(compiling: Compiling, text: string): Value {
  if (text === 'true' || text === 'false') return compiling.literal(BOOL, text === 'true' ? 1 : 0);
  const isHex = /^0x/i.test(text);
  const suffix = isHex && !/p/i.test(text) ? /[ui]$/.exec(text)?.[0] : /[uifh]$/.exec(text)?.[0];
  const digits = suffix === undefined ? text : text.slice(0, -1);
  const own = suffix === undefined ? undefined : SUFFIXES[suffix];
  const type = own ?? (!isHex && /[.e]/i.test(digits) ? ABSTRACT_FLOAT : ABSTRACT_INT);
  const value = Number(digits);
  return compiling.literal(type, type === F32 ? Math.fround(value) : value);
}

function named(compiling: Compiling, expression: ExpressionElem & { readonly kind: 'ref' | 'type' }): Value {
  const { name, at } = typeNameOf(expression);
  const found = compiling.find(name);
  if (found?.kind === 'value') return found.value;
  if (found?.kind === 'place') return load(compiling, found.place, at);
  if (found === undefined) {
    const constant = compiling.shared.module.constants.get(name);
    if (constant?.init !== undefined) {
      const outside = compiling.outside();
      const value = outside.expression(constant.init);
      const type = constant.name.typeRef && typeArgument(outside, constant.name.typeRef);
      const settled = type === undefined ? value : outside.as(value, type);
      compiling.shared.globals.set(name, { kind: 'value', value: settled });
      return settled;
    }
  }
  throw new NotInterpreted(at, `${name} is not interpreted here`);
}

function requireLoad(compiling: Compiling, expression: ExpressionElem): Value {
  const place = placeOf(compiling, expression);
  if (place === undefined) throw new NotInterpreted(expression.start, 'a pointer was expected');
  return load(compiling, place, expression.start);
}

/** `base[i]` and `base.name`. */
function component(
  compiling: Compiling,
  expression: ExpressionElem & { readonly kind: 'component-expression' | 'component-member-expression' },
): Value {
  const place = placeOf(compiling, expression);
  if (place !== undefined) return load(compiling, place, expression.start);
  if (expression.kind === 'component-expression') return elementOf(compiling, expression);
  const base = compiling.expression(expression.base);
  const { name } = expression.access;
  const { type } = base;
  if (type.kind === 'vector') {
    const parts = swizzleOf(name, type.size);
    if (parts !== undefined) {
      const leaves = parts.flatMap((part) => base.leaves[part] ?? []);
      return { ...base, type: parts.length === 1 ? type.of : vectorOf(parts.length, type.of), leaves };
    }
  }
  if (type.kind === 'struct') {
    let first = 0;
    for (const member of type.members) {
      const count = leavesOf(member.type).length;
      if (member.name === name)
        return { ...base, type: member.type, leaves: base.leaves.slice(first, first + count) };
      first += count;
    }
  }
  throw new NotInterpreted(expression.start, `${nameOf(type)} has no member ${name}`);
}

/** An element of an array or a vector that is no variable. */
function elementOf(
  compiling: Compiling,
  expression: ExpressionElem & { readonly kind: 'component-expression' },
): Value {
  const [base, index] = inOrder(compiling, [expression.base, expression.access]);
  const lane = index?.leaves[0];
  if (base === undefined || index === undefined || lane === undefined)
    throw new NotInterpreted(expression.start, 'an index is missing');
  const { type } = base;
  if (type.kind !== 'array' && type.kind !== 'vector')
    throw new NotInterpreted(expression.start, `${nameOf(type)} cannot be indexed`);
  const size = leavesOf(type.of).length;
  const count = base.leaves.length / size;
  const fixed = index.constant ? lane[0] : undefined;
  if (fixed !== undefined && fixed >= 0 && fixed < count) {
    return { ...base, type: type.of, leaves: base.leaves.slice(fixed * size, (fixed + 1) * size) };
  }
  const { machine } = compiling;
  const outs = Array.from({ length: size }, () => compiling.lanes());
  const { leaves } = base;
  const at = expression.start;
  const outside = outsideValue(machine, [at], 'f32');
  compiling.emitMasked(() => {
    for (let k = 0; k < machine.count; k++) {
      const i = machine.act[k] ?? 0;
      let element = lane[i] ?? 0;
      if (!(element >= 0 && element < count)) {
        machine.recorder.record({
          kind: 'out-of-bounds',
          variable: undefined,
          element,
          first: { invocation: machine.invocation[i] ?? 0, site: at, does: 'reads' },
          second: undefined,
          count,
          sameValue: false,
        });
        element = NaN;
      }
      for (let part = 0; part < size; part++) {
        const out = outs[part];
        if (out !== undefined) out[i] = leaves[element * size + part]?.[i] ?? outside;
      }
    }
  });
  return { type: type.of, leaves: outs, constant: false, shared: false };
}

/** Operands from left to right: the value of one is not changed by a call in a later one. */
export function inOrder(compiling: Compiling, expressions: readonly ExpressionElem[]): Value[] {
  return expressions.map((expression, index) => {
    const value = compiling.expression(expression);
    const later = expressions.slice(index + 1);
    return value.shared && later.some((one) => hasCall(compiling, one)) ? compiling.settled(value) : value;
  });
}

/** Whether an expression calls a function of the module, which may assign variables. */
function hasCall(compiling: Compiling, expression: ExpressionElem): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'ref':
    case 'type':
      return false;
    case 'parenthesized-expression':
    case 'unary-expression':
      return hasCall(compiling, expression.expression);
    case 'component-expression':
      return hasCall(compiling, expression.base) || hasCall(compiling, expression.access);
    case 'component-member-expression':
      return hasCall(compiling, expression.base);
    case 'binary-expression':
      return hasCall(compiling, expression.left) || hasCall(compiling, expression.right);
    case 'call-expression':
      return (
        compiling.shared.module.functions.has(typeNameOf(expression.function).name) ||
        expression.arguments.some((argument) => hasCall(compiling, argument))
      );
  }
}

/** `a && b` and `a || b`: only where the left side leaves it open does the right side reach memory. */
function shortCircuit(compiling: Compiling, { left, right }: BinaryExpression, op: '&&' | '||'): Value {
  const first = compiling.settled(compiling.expression(left));
  const { code, made: second, masked } = compiling.apart(() => compiling.expression(right));
  const [a, b] = [first.leaves[0], second.leaves[0]];
  const loop = LOGIC[op === '&&' ? '&' : '|'];
  if (a === undefined || b === undefined || loop === undefined)
    throw new NotInterpreted(left.start, `an operand of ${op} is missing`);
  const constant = first.constant && second.constant;
  const result = (leaf: Lanes): Value => ({ type: BOOL, leaves: [leaf], constant, shared: false });
  if (!masked) {
    for (const step of code) compiling.emit(step);
    return result(compiling.compute(loop, constant, a, b));
  }
  const { machine } = compiling;
  const open = op === '&&' ? 1 : 0;
  const list = new Int32Array(machine.lanes);
  const out = compiling.lanes();
  compiling.emitMasked(() => {
    const { act, count } = machine;
    let some = 0;
    for (let k = 0; k < count; k++) {
      const i = act[k] ?? 0;
      out[i] = a[i] ?? 0;
      if (a[i] === open) list[some++] = i;
    }
    machine.fork(left.start);
    machine.runFor(list, some, code);
    machine.join();
    for (let k = 0; k < some; k++) {
      const i = list[k] ?? 0;
      out[i] = b[i] ?? 0;
    }
    machine.act = act;
    machine.count = count;
  });
  return result(out);
}

/** A call of any kind. @returns true if it has no value */
export function call(compiling: Compiling, expression: FunctionCallExpression): Value | true {
  const callee = typeNameOf(expression.function);
  const { name } = callee;
  const { arguments: given, start } = expression;
  const own = compiling.shared.module.functions.get(name);
  if (own !== undefined) return compiling.shared.call(compiling, own, given) ?? true;
  if (name === 'bitcast') {
    const [argument] = [...callee.template, ...(expression.templateArgs ?? [])];
    const [value] = inOrder(compiling, given);
    if (argument === undefined || value === undefined)
      throw new NotInterpreted(start, 'bitcast without a type');
    return bitcasted(compiling, typeArgument(compiling, argument), value, start);
  }
  if (name === 'probe') return probe(compiling, inOrder(compiling, given), start);
  const memory = memoryBuiltin(compiling, name, given, start);
  if (memory !== undefined) return memory;
  const type = namedType(compiling, callee);
  const values = inOrder(compiling, given);
  const constructed = type ?? inferredType(name, values);
  if (constructed !== undefined) return construct(compiling, constructed, values, start);
  const value = builtin(compiling, name, values, start);
  if (value === undefined) throw new NotInterpreted(start, `${name} is not interpreted`);
  return value;
}
