import type { ExpressionElem } from 'wesl';
import type { Compiling, Place } from './compiling.ts';
import { NotInterpreted } from './not-interpreted.ts';
import { elementPlace, memberPlace } from './places.ts';

/** The variable, or the part of one, that an expression names; nothing if it is a value alone. */
export function placeOf(compiling: Compiling, expression: ExpressionElem): Place | undefined {
  switch (expression.kind) {
    case 'ref': {
      const named = compiling.find(expression.ident.originalName);
      return named?.kind === 'place' ? named.place : undefined;
    }
    case 'parenthesized-expression':
      return placeOf(compiling, expression.expression);
    case 'unary-expression':
      return expression.operator.value === '*' ? pointerOf(compiling, expression.expression) : undefined;
    case 'component-expression': {
      const base = baseOf(compiling, expression.base);
      if (base === undefined) return undefined;
      const index = compiling.expression(expression.access);
      return elementPlace(compiling, base, index, expression.start);
    }
    case 'component-member-expression': {
      const base = baseOf(compiling, expression.base);
      if (base === undefined) return undefined;
      // Several components of a vector are no place.
      if (base.type.kind === 'vector' && expression.access.name.length > 1) return undefined;
      return memberPlace(base, expression.access.name, expression.start);
    }
    default:
      return undefined;
  }
}

/** The thing that is indexed: a place, or a pointer, `p[i]` being short for `(*p)[i]`. */
const baseOf = (compiling: Compiling, expression: ExpressionElem): Place | undefined =>
  placeOf(compiling, expression) ?? pointerOf(compiling, expression);

/** The place that a pointer points to; nothing if the expression is none. */
export function pointerOf(compiling: Compiling, expression: ExpressionElem): Place | undefined {
  if (expression.kind === 'parenthesized-expression') return pointerOf(compiling, expression.expression);
  if (expression.kind === 'ref') {
    const named = compiling.find(expression.ident.originalName);
    return named?.kind === 'pointer' ? named.place : undefined;
  }
  if (expression.kind !== 'unary-expression' || expression.operator.value !== '&') return undefined;
  return placeOf(compiling, expression.expression);
}

/** @throws NotInterpreted if the expression is no pointer */
export function requirePointer(compiling: Compiling, expression: ExpressionElem | undefined): Place {
  const place = expression && pointerOf(compiling, expression);
  if (place === undefined) throw new NotInterpreted(expression?.start ?? 0, 'a pointer was expected');
  return place;
}
