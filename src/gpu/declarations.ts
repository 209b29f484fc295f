import { withoutComments } from '../core/comments.ts';
import type { Binding, Uniform } from '../core/plan.ts';
import type { LinkedShader } from './link.ts';

/** A mistake in a shader, and its place in the linked text. Finding the place in its sources takes longer than reading it. */
export interface Fault {
  readonly at: number;
  readonly message: string;
}

/** A storage buffer that a shader declares. */
export interface StorageVariable {
  /** The name that its author wrote: linking renames what two modules call the same. */
  readonly name: string;
  readonly binding: number;
  readonly access: Binding['access'];
  /** The type of its elements, if there is one: `f32` of an `array<vec4<f32>>`; nothing for structs. */
  readonly scalar: string | undefined;
  readonly at: number;
}

/** A member of the uniform buffer's struct. */
export interface ParamsMember {
  readonly name: string;
  readonly type: Uniform['type'];
  readonly offset: number;
  readonly at: number;
}

/** The variables of a linked shader that have to be bound, at group 0; `at` is a place in its text. */
export interface Declarations {
  readonly storage: readonly StorageVariable[];
  readonly params: { readonly binding: number; readonly members: readonly ParamsMember[] } | undefined;
  /** The entry point. */
  readonly mainAt: number;
  /** Declarations that nothing can be bound to. */
  readonly faults: readonly Fault[];
}

const RESOURCE = /((?:@(?:group|binding)\s*\([^)]*\)\s*)+)(var\s*(?:<([^>]*)>)?\s*)(\w+)\s*:\s*([^;]+);/g;
const ALIAS = /\balias\s+(\w+)\s*=\s*([^;]+);/g;
const MEMBER = /((?:@\w+\s*(?:\([^)]*\))?\s*)*)(\w+)\s*:\s*(\w+(?:\s*<[^;]*?>)?)\s*(?:,|$)/g;

/** The pass's own; the runner binds the others. */
const GROUP = 0;
/** Bytes of a member. */
const WORD = 4;

/** Reads what the linked text declares at group 0. A scan of declarations is enough: the compiler checks the rest. */
export function declarationsOf(shader: LinkedShader): Declarations {
  const { code } = withoutComments(shader.wgsl);
  const aliases = new Map(
    Array.from(code.matchAll(ALIAS), ([, name = '', type = '']) => [name, type.trim()]),
  );
  const faults: Fault[] = [];
  const storage: StorageVariable[] = [];
  let params: Declarations['params'];
  const taken = new Map<number, string>();
  for (const match of code.matchAll(RESOURCE)) {
    const [, attributes = '', declarator = '', space = '', linkedName = '', type = ''] = match;
    if (numberOf(attributes, 'group') !== GROUP) continue;
    const at = match.index + attributes.length + declarator.length;
    const name = writtenName(shader, at, linkedName);
    const fault = (message: string) => faults.push({ at, message });
    const binding = numberOf(attributes, 'binding');
    const other = binding === undefined ? undefined : taken.get(binding);
    if (binding === undefined) {
      fault(`the binding of ${name} must be written as a number`);
      continue;
    }
    if (other !== undefined) fault(`${name} has binding ${binding}, as ${other} has`);
    taken.set(binding, name);
    const [kind, access = 'read'] = space.split(',').map((word) => word.trim());
    if (kind === 'storage' && (access === 'read' || access === 'read_write')) {
      const how = access === 'read' ? 'read' : 'read-write';
      storage.push({ name, binding, access: how, scalar: scalarOf(type, aliases), at });
    } else if (kind === 'uniform' && params === undefined) {
      params = { binding, members: membersOf(code, type.trim(), aliases, faults) };
    } else fault(`nothing is bound to ${name}: a pass has storage buffers and one uniform buffer`);
  }
  return { storage, params, mainAt: Math.max(0, code.search(/\bmain\s*\(/)), faults };
}

function numberOf(attributes: string, name: 'group' | 'binding'): number | undefined {
  const digits = new RegExp(`@${name}\\s*\\(\\s*(\\d+)[iu]?\\s*,?\\s*\\)`).exec(attributes)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The identifier that a name of the linked text comes from. A new name is the old one with digits at its end. */
function writtenName({ linked }: LinkedShader, at: number, linkedName: string): string {
  if (!/\d$/.test(linkedName)) return linkedName;
  const { src, position } = linked.sourceMap.destToSrc(at);
  return /^\w+/.exec(src.text.slice(position))?.[0] ?? linkedName;
}

const SCALARS: Readonly<Record<string, string>> = { f: 'f32', h: 'f16', i: 'i32', u: 'u32' };

/** The scalar that a type holds: through arrays, vectors, atomics and aliases; nothing for a struct. */
function scalarOf(type: string, aliases: ReadonlyMap<string, string>): string | undefined {
  const name = type.trim();
  if (Object.values(SCALARS).includes(name)) return name;
  const short = /^vec[234]([fhiu])$/.exec(name)?.[1];
  if (short !== undefined) return SCALARS[short];
  const inner = /^(?:array|atomic|vec[234])\s*<([\s\w<>]+?)\s*(?:,[^<>]*)?>$/.exec(name)?.[1];
  const next = inner ?? aliases.get(name);
  return next === undefined ? undefined : scalarOf(next, aliases);
}

function membersOf(
  code: string,
  struct: string,
  aliases: ReadonlyMap<string, string>,
  faults: Fault[],
): ParamsMember[] {
  const body = new RegExp(`(\\bstruct\\s+${struct}\\s*\\{)([^}]*)\\}`).exec(code);
  const start = (body?.index ?? 0) + (body?.[1]?.length ?? 0);
  const members: ParamsMember[] = [];
  let end = 0;
  for (const match of (body?.[2] ?? '').matchAll(MEMBER)) {
    const [, attributes = '', name = '', written = ''] = match;
    const at = start + match.index + attributes.length;
    const type = aliases.get(written) ?? written;
    if (!isUniformType(type)) {
      faults.push({ at, message: `${name} is of type ${written}, but uniforms are of type u32, i32 or f32` });
      continue;
    }
    const given = (attribute: string) =>
      Number(new RegExp(`@${attribute}\\s*\\(\\s*(\\d+)`).exec(attributes)?.[1] ?? WORD);
    const offset = Math.ceil(end / given('align')) * given('align');
    members.push({ name, type, offset, at });
    end = offset + given('size');
  }
  return members;
}

const isUniformType = (type: string): type is Uniform['type'] =>
  type === 'u32' || type === 'i32' || type === 'f32';
