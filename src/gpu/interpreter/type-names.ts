import type { ExpressionElem, RefIdentElem, TypeRefElem } from 'wesl';
import type { Compiling } from './compiling.ts';
import { NotInterpreted } from './not-interpreted.ts';
import {
  BOOL,
  F16,
  F32,
  I32,
  U32,
  scalarOf,
  vectorOf,
  type ScalarType,
  type StructType,
  type Type,
} from './types.ts';

const SCALARS: Readonly<Record<string, ScalarType>> = { f32: F32, f16: F16, i32: I32, u32: U32, bool: BOOL };
const SHORT: Readonly<Record<string, ScalarType>> = { f: F32, h: F16, i: I32, u: U32 };

/** A name with its template's arguments, wherever a type may stand. */
export interface TypeName {
  readonly name: string;
  readonly template: readonly ExpressionElem[];
  readonly at: number;
}

/** The name and the template of an element that may name a type. */
export function typeNameOf(element: TypeRefElem | RefIdentElem): TypeName {
  return element.kind === 'type'
    ? { name: element.name.originalName, template: element.templateParams ?? [], at: element.start }
    : { name: element.ident.originalName, template: [], at: element.start };
}

/** The type that a declaration asks for. @throws NotInterpreted if there is none of that name */
export function typeOf(compiling: Compiling, element: TypeRefElem | RefIdentElem): Type {
  const { name, template, at } = typeNameOf(element);
  const type = namedType(compiling, { name, template, at });
  if (type === undefined) throw new NotInterpreted(at, `the type ${name} is not interpreted`);
  return type;
}

/** The type of a name; nothing if it does not name one, or is a constructor that leaves its scalars open: `vec2`. */
export function namedType(compiling: Compiling, named: TypeName): Type | undefined {
  const { name, template, at } = named;
  const scalar = SCALARS[name];
  if (scalar !== undefined) return scalar;
  const [, size, short] = /^vec([234])([fhiu])?$/.exec(name) ?? [];
  if (size !== undefined) {
    const of = short === undefined ? scalarArgument(compiling, template[0]) : SHORT[short];
    return of && vectorOf(Number(size), of);
  }
  switch (name) {
    case 'array': {
      const [of, count] = template;
      if (of === undefined) return undefined;
      return {
        kind: 'array',
        of: typeArgument(compiling, of),
        count: count && countOf(compiling, count),
      };
    }
    case 'atomic': {
      const of = scalarArgument(compiling, template[0]);
      return of && { kind: 'atomic', of };
    }
    case 'ptr': {
      const [, to] = template;
      return to && { kind: 'pointer', to: typeArgument(compiling, to) };
    }
    default:
      return declaredType(compiling, name, at);
  }
}

function declaredType(compiling: Compiling, name: string, at: number): Type | undefined {
  const { types, aliases, structs } = compiling.shared.module;
  const known = types.get(name);
  if (known !== undefined) return known;
  const alias = aliases.get(name);
  const struct = structs.get(name);
  const outside = compiling.outside();
  let type: Type | undefined;
  if (alias !== undefined) type = typeOf(outside, alias.typeRef);
  else if (struct !== undefined) {
    for (const { attributes } of struct.members) {
      if (attributes !== undefined && attributes.length > 0) {
        throw new NotInterpreted(at, 'attributes of members are not interpreted');
      }
    }
    const members = struct.members.map((member) => ({
      name: member.name.name,
      type: typeOf(outside, member.typeRef),
    }));
    type = { kind: 'struct', name, members } satisfies StructType;
  }
  if (type !== undefined) types.set(name, type);
  return type;
}

export function typeArgument(compiling: Compiling, argument: ExpressionElem): Type {
  if (argument.kind === 'type' || argument.kind === 'ref') return typeOf(compiling, argument);
  throw new NotInterpreted(argument.start, 'this is no type');
}

function scalarArgument(compiling: Compiling, argument: ExpressionElem | undefined): ScalarType | undefined {
  return argument && scalarOf(typeArgument(compiling, argument));
}

/** A constant whole number. */
export function countOf(compiling: Compiling, expression: ExpressionElem): number {
  const { constant, leaves } = compiling.expression(expression);
  const value = leaves[0]?.[0];
  if (!constant || value === undefined) throw new NotInterpreted(expression.start, 'this is no constant');
  return value;
}
