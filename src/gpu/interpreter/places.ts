import type { Compiling, Place, Value } from './compiling.ts';
import { elementsIn } from './layout.ts';
import { NotInterpreted } from './not-interpreted.ts';
import type { BufferVariable } from './variable.ts';
import { nameOf, type Type } from './types.ts';

const COMPONENTS = ['xyzw', 'rgba'];

/** The components that a swizzle names, `[0, 2]` for `xz`; nothing if it is none. */
export function swizzleOf(name: string, size: number): number[] | undefined {
  for (const letters of COMPONENTS) {
    const found = Array.from(name, (letter) => letters.indexOf(letter));
    if (found.every((index) => index >= 0 && index < size)) return found;
  }
  return undefined;
}

/** A part of a place that lies at a known distance. */
const within = (place: Place, type: Type, distance: number): Place => ({
  ...place,
  type,
  offset: place.offset + distance,
});

/** A member of a struct, or one component of a vector. @throws NotInterpreted if there is none of that name */
export function memberPlace(place: Place, name: string, at: number): Place {
  const { type, variable } = place;
  if (type.kind === 'struct') {
    const index = type.members.findIndex((member) => member.name === name);
    const member = type.members[index];
    if (member !== undefined) return within(place, member.type, variable.layout.member(type, index));
  }
  if (type.kind === 'vector' && name.length === 1) {
    const [component] = swizzleOf(name, type.size) ?? [];
    if (component !== undefined) return within(place, type.of, component * variable.layout.stride(type.of));
  }
  throw new NotInterpreted(at, `${nameOf(type)} has no member ${name}`);
}

/** How many elements an indexed type has: `undefined` if it cannot be indexed. */
function extentOf({ type, variable, offset }: Place): { of: Type; count: number } | undefined {
  if (type.kind === 'vector') return { of: type.of, count: type.size };
  if (type.kind !== 'array') return undefined;
  if (type.count !== undefined) return { of: type.of, count: type.count };
  const { memory } = variable as BufferVariable;
  return { of: type.of, count: elementsIn(type, memory.bytes - offset) };
}

/** How many elements an array has that a place is. */
export function lengthOf(place: Place, at: number): number {
  const extent = extentOf(place);
  if (extent === undefined) throw new NotInterpreted(at, `${nameOf(place.type)} has no length`);
  return extent.count;
}

/** An element of an array or vector. An index that lies outside is a finding, and what it names is nowhere. */
export function elementPlace(compiling: Compiling, place: Place, index: Value, at: number): Place {
  const extent = extentOf(place);
  const [lane] = index.leaves;
  if (extent === undefined || lane === undefined) {
    throw new NotInterpreted(at, `${nameOf(place.type)} cannot be indexed`);
  }
  const { of, count } = extent;
  const stride = place.variable.layout.stride(of);
  const fixed = index.constant ? lane[0] : undefined;
  if (fixed !== undefined && fixed >= 0 && fixed < count) return within(place, of, fixed * stride);
  const { machine } = compiling;
  const out = compiling.lanes();
  const base = place.dynamic;
  const { name } = place.variable;
  compiling.emitMasked(() => {
    for (let k = 0; k < machine.count; k++) {
      const i = machine.act[k] ?? 0;
      let element = lane[i] ?? 0;
      if (!(element >= 0 && element < count)) {
        machine.recorder.record({
          kind: 'out-of-bounds',
          variable: name,
          element,
          first: { invocation: machine.invocation[i] ?? 0, site: at, does: 'reads' },
          second: undefined,
          count,
          sameValue: false,
        });
        element = NaN;
      }
      out[i] = (base === undefined ? 0 : (base[i] ?? 0)) + element * stride;
    }
  });
  return { ...place, type: of, dynamic: out, indices: [...place.indices, at] };
}
