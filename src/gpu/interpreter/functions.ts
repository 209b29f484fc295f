import type { ExpressionElem, FnElem } from 'wesl';
import { Compiling, type Place, type Shared, type Value } from './compiling.ts';
import { inOrder } from './expressions.ts';
import type { Lanes } from './lanes.ts';
import { GONE, type Op } from './machine.ts';
import { NotInterpreted } from './not-interpreted.ts';
import { pointerOf } from './references.ts';
import { block } from './statements.ts';
import { typeOf } from './type-names.ts';
import { leavesOf, type Type } from './types.ts';

/** A function of the module, compiled for what its pointers point to. Recursion does not exist, so its lanes are used once at a time. */
interface Compiled {
  readonly code: readonly Op[];
  /** Where its arguments go, in order; of a pointer, where the distance in its variable goes. */
  readonly parameters: readonly (readonly Lanes[])[];
  readonly result: Value | undefined;
}

/** An argument: a value, or what a pointer points to. */
type Argument =
  | { readonly kind: 'value'; readonly value: Value; readonly type: Type }
  | { readonly kind: 'pointer'; readonly place: Place };

/** Adds the steps of a call. @returns its value, if it has one */
export function callFunction(
  compiling: Compiling,
  fn: FnElem,
  given: readonly ExpressionElem[],
): Value | undefined {
  const passed = argumentsOf(compiling, fn, given);
  const compiled = compiledFor(compiling.shared, fn, passed);
  const { machine } = compiling;
  const { lanes } = machine;
  passed.forEach((argument, index) => {
    const from = argument.kind === 'value' ? argument.value.leaves : [argument.place.dynamic];
    compiled.parameters[index]?.forEach((to, leaf) => {
      const source = from[leaf];
      if (source === undefined) return;
      compiling.emit(() => to.set(source.subarray(0, lanes)));
    });
  });
  const { code, result } = compiled;
  compiling.emitMasked(() => {
    const { act, count, gone } = machine;
    machine.run(code);
    for (let k = 0; k < count; k++) gone[act[k] ?? 0] = GONE.no;
    machine.act = act;
    machine.count = count;
  });
  // The next call writes the same lanes.
  return result && compiling.settled({ ...result, shared: true });
}

function argumentsOf(compiling: Compiling, fn: FnElem, given: readonly ExpressionElem[]): Argument[] {
  const pointers = given.map((expression) => pointerOf(compiling, expression));
  const plain = given.filter((_, index) => pointers[index] === undefined);
  const values = inOrder(compiling, plain).values();
  return fn.params.map((param, index): Argument => {
    const place = pointers[index];
    if (place !== undefined) return { kind: 'pointer', place };
    const { value } = values.next();
    if (value === undefined || param.name.typeRef === undefined)
      throw new NotInterpreted(fn.start, 'an argument is missing');
    const type = typeOf(compiling.outside(), param.name.typeRef);
    return { kind: 'value', value: compiling.as(value, type), type };
  });
}

function compiledFor(shared: Shared, fn: FnElem, given: readonly Argument[]): Compiled {
  const name = fn.name.ident.originalName;
  const pointed = given.map((one) =>
    one.kind === 'value'
      ? ''
      : `${one.place.variable.id}+${one.place.offset}${one.place.dynamic === undefined ? '' : '+'}`,
  );
  const key = [name, ...pointed].join(' ');
  const known = shared.functions.get(key);
  if (known !== undefined) return known as Compiled;
  const compiled = compile(shared, fn, given);
  shared.functions.set(key, compiled);
  return compiled;
}

function compile(shared: Shared, fn: FnElem, given: readonly Argument[]): Compiled {
  const outside = new Compiling(shared, undefined);
  const type = fn.returnType && typeOf(outside, fn.returnType);
  const result: Value | undefined = type && {
    type,
    leaves: leavesOf(type).map(() => outside.lanes()),
    constant: false,
    shared: true,
  };
  const compiling = new Compiling(shared, result);
  const parameters = fn.params.map((param, index): Lanes[] => {
    const name = param.name.decl.ident.originalName;
    const argument = given[index];
    if (argument === undefined) return [];
    if (argument.kind === 'pointer') {
      const { place } = argument;
      const dynamic = place.dynamic && compiling.lanes();
      compiling.declare(name, { kind: 'pointer', place: { ...place, dynamic } });
      return dynamic === undefined ? [] : [dynamic];
    }
    const leaves = leavesOf(argument.type).map(() => compiling.lanes());
    const value: Value = { type: argument.type, leaves, constant: false, shared: false };
    compiling.declare(name, { kind: 'value', value });
    return leaves;
  });
  const { code } = compiling.apart(() => {
    block(compiling, fn.body.body);
  });
  return { code, parameters, result };
}

/** Compiles the entry point. */
export function compileMain(shared: Shared, builtinValue: (at: number, name: string) => Value): Op[] {
  const { main } = shared.module;
  const compiling = new Compiling(shared, undefined);
  return compiling.apart(() => {
    for (const param of main.params) {
      const name = param.name.decl.ident.originalName;
      for (const { attribute } of param.attributes ?? []) {
        if (attribute.kind !== '@builtin') continue;
        compiling.declare(name, { kind: 'value', value: builtinValue(param.start, attribute.param.name) });
      }
    }
    block(compiling, main.body.body);
  }).code;
}
