import type { AssignElem, ConstElem, ExpressionElem, LetElem, Statement, VarElem } from 'wesl';
import { load, nextId, store } from './access.ts';
import type { Compiling, Place, Value } from './compiling.ts';
import { call } from './expressions.ts';
import { COMPACT } from './layout.ts';
import { loopStatement } from './loops.ts';
import { GONE, type Op } from './machine.ts';
import { NotInterpreted } from './not-interpreted.ts';
import { binary } from './operators.ts';
import { swizzleOf } from './places.ts';
import { placeOf, pointerOf } from './references.ts';
import { ifStatement, switchStatement } from './branches.ts';
import { typeOf } from './type-names.ts';
import { concrete, type Type } from './types.ts';

/** Adds the steps of a block, with a scope of its own. */
export function block(compiling: Compiling, statements: readonly Statement[]): void {
  compiling.inScope(() => {
    for (const one of statements) statement(compiling, one);
  });
}

/** The steps of a block, which stay apart. */
const blockApart = (compiling: Compiling, statements: readonly Statement[]): Op[] =>
  compiling.apart(() => {
    block(compiling, statements);
  }).code;

/** Adds the steps of a statement. @throws NotInterpreted */
export function statement(compiling: Compiling, one: Statement): void {
  switch (one.kind) {
    case 'empty':
    case 'assert':
      return;
    case 'block':
      block(compiling, one.body);
      return;
    case 'var':
      variable(compiling, one);
      return;
    case 'let':
    case 'const':
      constantOf(compiling, one);
      return;
    case 'assign':
      assign(compiling, one);
      return;
    case 'increment':
    case 'decrement': {
      const place = requirePlace(compiling, one.target);
      const step = compiling.literal({ kind: 'scalar', name: 'abstract-int' }, 1);
      const before = load(compiling, place, one.start);
      const op = one.kind === 'increment' ? '+' : '-';
      store(compiling, place, binary(compiling, op, before, step, one.start), one.start);
      return;
    }
    case 'call':
      call(compiling, one.call);
      return;
    case 'return':
      returned(compiling, one.value, one.start);
      return;
    case 'break':
      if (one.condition !== undefined) throw new NotInterpreted(one.start, 'this break has a condition');
      leave(compiling, GONE.broke, one.start);
      return;
    case 'continue':
      leave(compiling, GONE.continued, one.start);
      return;
    case 'if':
      ifStatement(compiling, one, blockApart);
      return;
    case 'switch':
      switchStatement(compiling, one, blockApart);
      return;
    case 'for':
      compiling.inScope(() => {
        if (one.init !== undefined) statement(compiling, one.init);
        loopStatement(compiling, one, { block, statement });
      });
      return;
    case 'while':
    case 'loop':
      loopStatement(compiling, one, { block, statement });
      return;
    case 'continuing':
      // The loop has it.
      return;
    case 'discard':
      throw new NotInterpreted(one.start, 'discard is not interpreted');
  }
}

function leave(compiling: Compiling, why: number, site: number): void {
  const { machine } = compiling;
  compiling.emitMasked(() => {
    machine.leave(why, site);
  });
}

/** A variable of each invocation. */
export function ownPlace(compiling: Compiling, name: string, type: Type): Place {
  const { lanes } = compiling.machine;
  const units = COMPACT.size(type);
  const flat = new Float64Array(units * lanes);
  const leaves = Array.from({ length: units }, (_, unit) => flat.subarray(unit * lanes, (unit + 1) * lanes));
  return {
    variable: { space: 'own', id: nextId(), name, type, layout: COMPACT, flat, leaves },
    type,
    offset: 0,
    dynamic: undefined,
    indices: [],
  };
}

function variable(compiling: Compiling, { name, init, start }: VarElem): void {
  const given = init && compiling.expression(init);
  const declared = name.typeRef && typeOf(compiling, name.typeRef);
  const type = declared ?? (given && concrete(given.type));
  if (type === undefined) throw new NotInterpreted(start, 'this variable has no type');
  const word = name.decl.ident.originalName;
  const place = ownPlace(compiling, word, type);
  store(compiling, place, given ?? compiling.zero(type), start);
  compiling.declare(word, { kind: 'place', place });
}

/** `let` and `const`. A pointer stays what it points to now. */
function constantOf(compiling: Compiling, one: LetElem | ConstElem): void {
  const { name, init, start } = one;
  if (init === undefined) throw new NotInterpreted(start, 'this declaration has no value');
  const word = name.decl.ident.originalName;
  const pointed = pointerOf(compiling, init);
  if (pointed !== undefined) {
    compiling.declare(word, { kind: 'pointer', place: pointed });
    return;
  }
  const value = compiling.expression(init);
  const declared = name.typeRef && typeOf(compiling, name.typeRef);
  const type = declared ?? (one.kind === 'const' ? value.type : concrete(value.type));
  const settled = compiling.settled(compiling.as(value, type));
  compiling.declare(word, { kind: 'value', value: settled });
}

function returned(compiling: Compiling, given: ExpressionElem | undefined, at: number): void {
  const { result, machine } = compiling;
  if (given !== undefined && result !== undefined) {
    const value = compiling.as(compiling.expression(given), result.type);
    value.leaves.forEach((from, index) => {
      const to = result.leaves[index];
      if (to === undefined) return;
      compiling.emitMasked(() => {
        for (let k = 0; k < machine.count; k++) {
          const i = machine.act[k] ?? 0;
          to[i] = from[i] ?? 0;
        }
      });
    });
  }
  leave(compiling, GONE.returned, at);
}

function requirePlace(compiling: Compiling, expression: ExpressionElem): Place {
  const place = placeOf(compiling, expression);
  if (place === undefined) throw new NotInterpreted(expression.start, 'this cannot be assigned to');
  return place;
}

function assign(compiling: Compiling, { lhs, op, rhs, start }: AssignElem): void {
  if (lhs.kind === 'phony') {
    compiling.expression(rhs);
    return;
  }
  if (isSwizzle(compiling, lhs)) throw new NotInterpreted(start, 'several components cannot be assigned to');
  const place = requirePlace(compiling, lhs);
  const [operator] = op.value.split('=');
  if (operator === undefined || operator === '') {
    store(compiling, place, compiling.expression(rhs), start);
    return;
  }
  // The left side is read first, and a call on the right may change it.
  const before = compiling.settled(load(compiling, place, start));
  const value: Value = binary(compiling, operator, before, compiling.expression(rhs), start);
  store(compiling, place, value, start);
}

function isSwizzle(compiling: Compiling, expression: ExpressionElem): boolean {
  if (expression.kind !== 'component-member-expression') return false;
  const base = placeOf(compiling, expression.base);
  return (
    base?.type.kind === 'vector' &&
    expression.access.name.length > 1 &&
    swizzleOf(expression.access.name, base.type.size) !== undefined
  );
}
