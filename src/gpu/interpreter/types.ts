/** Scalars of WGSL. Abstract ones are literals and constants whose type is not settled yet. */
export type ScalarName = 'f32' | 'f16' | 'i32' | 'u32' | 'bool' | 'abstract-int' | 'abstract-float';

export interface ScalarType {
  readonly kind: 'scalar';
  readonly name: ScalarName;
}

export interface VectorType {
  readonly kind: 'vector';
  readonly size: number;
  readonly of: ScalarType;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly of: Type;
  /** Left out where the buffer's size decides. */
  readonly count: number | undefined;
}

export interface StructType {
  readonly kind: 'struct';
  readonly name: string;
  readonly members: readonly { readonly name: string; readonly type: Type }[];
}

export interface AtomicType {
  readonly kind: 'atomic';
  readonly of: ScalarType;
}

export interface PointerType {
  readonly kind: 'pointer';
  readonly to: Type;
}

/** A type of WGSL that the interpreter knows. */
export type Type = ScalarType | VectorType | ArrayType | StructType | AtomicType | PointerType;

const scalar = (name: ScalarName): ScalarType => ({ kind: 'scalar', name });
export const F32 = scalar('f32');
export const F16 = scalar('f16');
export const I32 = scalar('i32');
export const U32 = scalar('u32');
export const BOOL = scalar('bool');
export const ABSTRACT_INT = scalar('abstract-int');
export const ABSTRACT_FLOAT = scalar('abstract-float');

export const vectorOf = (size: number, of: ScalarType): VectorType => ({ kind: 'vector', size, of });

/** The scalar that a scalar, a vector or an atomic is made of; nothing for other types. */
export function scalarOf(type: Type): ScalarType | undefined {
  if (type.kind === 'scalar') return type;
  return type.kind === 'vector' || type.kind === 'atomic' ? type.of : undefined;
}

/** `type` with another scalar: a vector keeps its size. */
export const withScalar = (type: Type, of: ScalarType): Type =>
  type.kind === 'vector' ? vectorOf(type.size, of) : of;

export const isFloat = ({ name }: ScalarType): boolean =>
  name === 'f32' || name === 'f16' || name === 'abstract-float';
export const isAbstract = ({ name }: ScalarType): boolean =>
  name === 'abstract-int' || name === 'abstract-float';

/** The type that an abstract one becomes where nothing asks for another. */
export function concrete(type: Type): Type {
  const of = scalarOf(type);
  if (type.kind === 'array') return { ...type, of: concrete(type.of) };
  if (of === undefined || !isAbstract(of)) return type;
  return withScalar(type, of.name === 'abstract-int' ? I32 : F32);
}

/** A type as WGSL writes it. */
export function nameOf(type: Type): string {
  switch (type.kind) {
    case 'scalar':
    case 'struct':
      return type.name;
    case 'vector':
      return `vec${type.size}<${nameOf(type.of)}>`;
    case 'array':
      return `array<${nameOf(type.of)}${type.count === undefined ? '' : `, ${type.count}`}>`;
    case 'atomic':
      return `atomic<${nameOf(type.of)}>`;
    case 'pointer':
      return `ptr<${nameOf(type.to)}>`;
  }
}

/** The scalars of a value, in order: those of all members and elements. */
export function leavesOf(type: Type): ScalarName[] {
  switch (type.kind) {
    case 'scalar':
      return [type.name];
    case 'atomic':
      return [type.of.name];
    case 'vector':
      return Array.from({ length: type.size }, () => type.of.name);
    case 'array': {
      const element = leavesOf(type.of);
      return Array.from({ length: type.count ?? 0 }, () => element).flat();
    }
    case 'struct':
      return type.members.flatMap((member) => leavesOf(member.type));
    case 'pointer':
      return [];
  }
}
