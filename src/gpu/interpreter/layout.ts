import { leavesOf, scalarOf, type ArrayType, type StructType, type Type } from './types.ts';

/** Where the parts of a value lie in a memory, in units of that memory. */
export interface Layout {
  /** From one element of an array, or component of a vector, to the next. */
  stride(of: Type): number;
  /** Where a member of a struct begins. */
  member(struct: StructType, index: number): number;
  /** Where each scalar of a value lies. */
  leaves(type: Type): number[];
  size(type: Type): number;
}

/** One unit for each scalar, without gaps: variables of functions and workgroups. */
export const COMPACT: Layout = {
  stride: (of) => leavesOf(of).length,
  member: ({ members }, index) =>
    members.slice(0, index).reduce((sum, { type }) => sum + leavesOf(type).length, 0),
  leaves: (type) => leavesOf(type).map((_, index) => index),
  size: (type) => leavesOf(type).length,
};

/** Bytes, as WGSL lays out buffers. */
export const BYTES: Layout = {
  stride: (of) => roundUp(sizeOf(of), alignOf(of)),
  member(struct, index) {
    let end = 0;
    for (const [at, { type }] of struct.members.entries()) {
      const begin = roundUp(end, alignOf(type));
      if (at === index) return begin;
      end = begin + sizeOf(type);
    }
    return end;
  },
  leaves(type) {
    switch (type.kind) {
      case 'array': {
        const inner = BYTES.leaves(type.of);
        const stride = BYTES.stride(type.of);
        return Array.from({ length: type.count ?? 0 }, (_, i) => inner.map((at) => i * stride + at)).flat();
      }
      case 'struct':
        return type.members.flatMap((member, index) => {
          const begin = BYTES.member(type, index);
          return BYTES.leaves(member.type).map((at) => begin + at);
        });
      default: {
        const bytes = scalarBytes(type);
        return leavesOf(type).map((_, index) => index * bytes);
      }
    }
  },
  size: (type) => sizeOf(type),
};

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

const scalarBytes = (type: Type): number => (scalarOf(type)?.name === 'f16' ? 2 : 4);

function sizeOf(type: Type): number {
  switch (type.kind) {
    case 'array':
      return (type.count ?? 0) * BYTES.stride(type.of);
    case 'struct':
      return roundUp(BYTES.member(type, type.members.length), alignOf(type));
    case 'vector':
      return type.size * scalarBytes(type);
    default:
      return scalarBytes(type);
  }
}

function alignOf(type: Type): number {
  switch (type.kind) {
    case 'array':
      return alignOf(type.of);
    case 'struct':
      return Math.max(...type.members.map((member) => alignOf(member.type)));
    case 'vector':
      return (type.size === 3 ? 4 : type.size) * scalarBytes(type);
    default:
      return scalarBytes(type);
  }
}

/** The elements of an array in a buffer of so many bytes, from where it begins. */
export const elementsIn = ({ of, count }: ArrayType, bytes: number): number =>
  count ?? Math.floor(bytes / BYTES.stride(of));
