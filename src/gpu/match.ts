import type { BufferDtype } from '../core/dtype.ts';
import {
  chunkName,
  variableOf,
  type Binding,
  type Pass,
  type PlanBuffer,
  type Uniform,
} from '../core/plan.ts';
import type { Declarations, Fault, ParamsMember, StorageVariable } from './declarations.ts';
import { UNIFORM_STRIDE, type PlacedUniform } from './uniforms.ts';

/** A pass's buffers and uniforms at the places that its shader gives them. */
export interface MatchedPass {
  /** GPU buffers, as `chunkName` calls them. */
  readonly buffers: readonly { readonly binding: number; readonly name: string }[];
  readonly uniforms: readonly PlacedUniform[];
  /** Errors, by place; empty if the pass can run. */
  readonly faults: readonly Fault[];
}

/** Puts a pass and its linked shader together, name by name. @param planned the plan's buffers */
export function matchPass(
  pass: Pass,
  declarations: Declarations,
  planned: readonly PlanBuffer[],
): MatchedPass {
  const bound = new Map(pass.bindings.map((binding) => [variableOf(binding), binding]));
  const dtypes = new Map(planned.map(({ name, dtype }) => [name, dtype]));
  const faults: Fault[] = [];
  const buffers = declarations.storage.flatMap((variable) => {
    const { name, binding: number, at } = variable;
    const binding = bound.get(name);
    if (binding === undefined) {
      const known = [...bound.keys()].join(', ');
      faults.push({ at, message: `no buffer is bound to ${name}: ${pass.label} has ${known}` });
      return [];
    }
    const message = misfitOf(binding, variable, dtypes.get(binding.buffer));
    if (message !== undefined) faults.push({ at, message });
    return [{ binding: number, name: chunkName(binding.buffer, binding.chunk) }];
  });
  faults.push(...undeclared(pass, declarations));
  return { buffers, uniforms: placed(pass, declarations.params?.members ?? [], faults), faults };
}

/** Buffers that a pass binds and its shader does not declare. An edit may leave a declaration without use: linking drops that. */
function undeclared(pass: Pass, { storage, mainAt }: Declarations): Fault[] {
  if (pass.sources !== undefined) return [];
  const names = pass.bindings.filter(({ optional }) => optional !== true).map(variableOf);
  const missing = names.filter((name) => !storage.some((variable) => variable.name === name));
  return missing.map((name) => ({
    at: mainAt,
    message: `${pass.label} binds ${name}, which the shader does not declare`,
  }));
}

/** How shaders read what buffers are made of. */
const SCALARS: Readonly<Record<BufferDtype, string>> = {
  f32: 'f32',
  f16: 'f16',
  u32: 'u32',
  i32: 'i32',
  u8: 'u32',
  words: 'u32',
};

/** Why a buffer cannot be bound to a variable, if it cannot. */
function misfitOf(
  { buffer, access }: Binding,
  { name, access: declared, scalar }: StorageVariable,
  dtype: BufferDtype = 'f32',
): string | undefined {
  if (declared !== access) return `${name} is declared for ${declared}, but bound for ${access}`;
  if (scalar === undefined || scalar === SCALARS[dtype]) return undefined;
  return `${name} is made of ${scalar}, but ${buffer} of ${dtype}`;
}

function placed(pass: Pass, members: readonly ParamsMember[], faults: Fault[]): PlacedUniform[] {
  return members.flatMap((member) => {
    const uniform = pass.uniforms.find(({ name }) => name === member.name);
    const message = misplaced(pass, member, uniform);
    if (message !== undefined) faults.push({ at: member.at, message });
    return uniform === undefined ? [] : [{ ...uniform, offset: member.offset }];
  });
}

/** Why a uniform cannot become a member of the struct, if it cannot. */
function misplaced(
  { label }: Pass,
  { name, type, offset }: ParamsMember,
  uniform: Uniform | undefined,
): string | undefined {
  if (uniform === undefined) return `${label} has no uniform ${name}`;
  if (uniform.type !== type) return `${name} is of type ${type}, but ${label} gives ${uniform.type}`;
  if (offset < UNIFORM_STRIDE) return undefined;
  return `${name} lies beyond the ${UNIFORM_STRIDE} bytes that a pass has for uniforms`;
}
