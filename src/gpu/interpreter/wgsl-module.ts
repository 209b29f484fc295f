import {
  parseSrcModule,
  type AliasElem,
  type AttributeElem,
  type ConstElem,
  type ExpressionElem,
  type FnElem,
  type GlobalVarElem,
  type StructElem,
} from 'wesl';
import { NotInterpreted } from './not-interpreted.ts';
import type { Type } from './types.ts';

/** The declarations of a linked shader, by name. */
export interface WgslModule {
  readonly functions: ReadonlyMap<string, FnElem>;
  readonly structs: ReadonlyMap<string, StructElem>;
  readonly aliases: ReadonlyMap<string, AliasElem>;
  readonly constants: ReadonlyMap<string, ConstElem>;
  readonly variables: ReadonlyMap<string, GlobalVarElem>;
  /** Structs and aliases that were looked up. */
  readonly types: Map<string, Type>;
  readonly main: FnElem;
}

/** Reads a linked shader. @throws NotInterpreted if it has overrides or no entry point */
export function readModule(wgsl: string): WgslModule {
  const { moduleElem } = parseSrcModule(
    { modulePath: 'package::main', debugFilePath: 'main.wgsl', src: wgsl },
    { keepComments: false },
  );
  const functions = new Map<string, FnElem>();
  const structs = new Map<string, StructElem>();
  const aliases = new Map<string, AliasElem>();
  const constants = new Map<string, ConstElem>();
  const variables = new Map<string, GlobalVarElem>();
  for (const decl of moduleElem.decls) {
    if (decl.kind === 'fn') functions.set(decl.name.ident.originalName, decl);
    else if (decl.kind === 'struct') structs.set(decl.name.ident.originalName, decl);
    else if (decl.kind === 'alias') aliases.set(decl.name.ident.originalName, decl);
    else if (decl.kind === 'const') constants.set(decl.name.decl.ident.originalName, decl);
    else if (decl.kind === 'gvar') variables.set(decl.name.decl.ident.originalName, decl);
    else if (decl.kind === 'override') throw new NotInterpreted(decl.start, 'overrides are not interpreted');
  }
  const main = functions.get('main');
  if (main === undefined) throw new NotInterpreted(0, 'there is no function main');
  return { functions, structs, aliases, constants, variables, types: new Map(), main };
}

/** The arguments of an attribute; nothing if it is not there. */
export function attributeOf(
  { attributes = [] }: { readonly attributes?: AttributeElem[] },
  name: string,
): readonly ExpressionElem[] | undefined {
  for (const { attribute } of attributes) {
    if (attribute.kind === '@attribute' && attribute.name === name) {
      return (attribute.params ?? []).map(({ expression }) => expression);
    }
  }
  return undefined;
}

/** The name of a parameter's built-in value. */
export function builtinOf({
  attributes = [],
}: {
  readonly attributes?: AttributeElem[];
}): string | undefined {
  for (const { attribute } of attributes) if (attribute.kind === '@builtin') return attribute.param.name;
  return undefined;
}
