import { getFloat16, setFloat16 } from '@petamoriken/float16';
import type { Compiling, Place, Value } from './compiling.ts';
import { raced, unwritten, type Memory } from './doubtful.ts';
import type { Lanes } from './lanes.ts';
import type { Machine } from './machine.ts';
import type { BufferVariable, OwnVariable, Variable, WorkgroupVariable } from './variable.ts';
import { leavesOf, type ScalarName, type Type } from './types.ts';

/** One scalar of a place: where it lies, and where in the code it is read or written. */
interface Spot {
  readonly place: Place;
  readonly unit: number;
  readonly kind: ScalarName;
  readonly site: number;
}

/** A new variable of each invocation. */
let variables = 0;
export const nextId = (): number => variables++;

/** The value of a place. A variable of the invocation's own gives its lanes as they are, if no index has to be found. */
export function load(compiling: Compiling, place: Place, site: number): Value {
  const { variable, type } = place;
  const units = variable.layout.leaves(type);
  const kinds = leavesOf(type);
  const valueType = type.kind === 'atomic' ? type.of : type;
  if (variable.space === 'own' && place.dynamic === undefined) {
    const leaves = units.map((unit) => variable.leaves[place.offset + unit] ?? variable.flat);
    return { type: valueType, leaves, constant: false, shared: true };
  }
  const leaves = units.map((unit, index) => {
    const out = compiling.lanes();
    loadSpot(compiling, { place, unit: place.offset + unit, kind: kinds[index] ?? 'f32', site }, out);
    return out;
  });
  return { type: valueType, leaves, constant: false, shared: false };
}

/** Assigns a value to a place, for the active lanes. An index that lies outside writes nothing. */
export function store(compiling: Compiling, place: Place, value: Value, site: number): void {
  const { variable, type } = place;
  const kinds = leavesOf(type);
  const { leaves: given } = compiling.as(value, type);
  // `a = vec2f(a.y, a.x)` reads lanes that it writes.
  const { leaves } = compiling.settled({
    ...value,
    leaves: given,
    shared: value.shared && given.length > 1,
  });
  variable.layout.leaves(type).forEach((unit, index) => {
    const from = leaves[index] ?? compiling.constant(0);
    storeSpot(compiling, { place, unit: place.offset + unit, kind: kinds[index] ?? 'f32', site }, from);
  });
  const { dynamic, indices } = place;
  if (dynamic === undefined) return;
  const { machine } = compiling;
  compiling.emitMasked(() => {
    for (let k = 0; k < machine.count; k++) {
      if (Number.isNaN(dynamic[machine.act[k] ?? 0])) machine.recorder.wroteOutside(indices);
    }
  });
}

/** The value of a read that races or that nothing has written: one that shows in the outputs if it is used. */
const wrongValue = (kind: ScalarName): number => {
  if (kind === 'f32' || kind === 'f16') return NaN;
  return kind === 'i32' ? -0x55555556 : 0xaaaaaaaa;
};

/** The value of a read out of bounds: 0, or another one in a second run, to see whether the outputs depend on it. */
export const outsideValue = ({ poison }: Machine, indices: readonly number[], kind: ScalarName): number =>
  indices.some((site) => poison?.outside.has(site) === true) ? wrongValue(kind) : 0;

function loadSpot(compiling: Compiling, spot: Spot, out: Lanes): void {
  const { machine } = compiling;
  const { variable, indices } = spot.place;
  const outside = outsideValue(machine, indices, spot.kind);
  if (variable.space === 'own') loadOwn(compiling, variable, spot, out, outside);
  else if (variable.space === 'workgroup') loadWorkgroup(compiling, variable, spot, out, outside);
  else loadBuffer(compiling, variable, spot, out, outside);
  const units = machine.poison?.doubts.get(spot.site);
  if (units === undefined || variable.space === 'own') return;
  const where = whereOf(machine, variable, spot);
  const wrong = wrongValue(spot.kind);
  compiling.emitMasked(() => {
    for (let k = 0; k < machine.count; k++) {
      const i = machine.act[k] ?? 0;
      const owner = units.get(where(i));
      if (owner !== undefined && owner !== machine.invocation[i]) out[i] = wrong;
    }
  });
}

function storeSpot(compiling: Compiling, spot: Spot, from: Lanes): void {
  const { variable } = spot.place;
  if (variable.space === 'own') storeOwn(compiling, variable, spot, from);
  else if (variable.space === 'workgroup') storeWorkgroup(compiling, variable, spot, from);
  else storeBuffer(compiling, variable, spot, from);
}

function loadOwn(
  compiling: Compiling,
  { flat }: OwnVariable,
  { unit, place: { dynamic } }: Spot,
  out: Lanes,
  outside: number,
): void {
  const { machine } = compiling;
  compiling.emitMasked(() => {
    for (let k = 0; k < machine.count; k++) {
      const i = machine.act[k] ?? 0;
      out[i] = flat[(unit + (dynamic?.[i] ?? 0)) * machine.lanes + i] ?? outside;
    }
  });
}

function storeOwn(
  compiling: Compiling,
  { flat, leaves }: OwnVariable,
  { unit, place: { dynamic } }: Spot,
  from: Lanes,
): void {
  const { machine } = compiling;
  const to = leaves[unit];
  if (dynamic === undefined && to !== undefined) {
    if (to === from) return;
    compiling.emitMasked(() => {
      const { act, count, lanes } = machine;
      if (count === lanes) {
        for (let i = 0; i < lanes; i++) to[i] = from[i] ?? 0;
      } else {
        for (let k = 0; k < count; k++) {
          const i = act[k] ?? 0;
          to[i] = from[i] ?? 0;
        }
      }
    });
    return;
  }
  compiling.emitMasked(() => {
    for (let k = 0; k < machine.count; k++) {
      const i = machine.act[k] ?? 0;
      const at = unit + (dynamic?.[i] ?? 0);
      if (at >= 0) flat[at * machine.lanes + i] = from[i] ?? 0;
    }
  });
}

/** Where the shadow of a memory keeps a lane's unit. */
function whereOf(
  machine: Machine,
  variable: Exclude<Variable, OwnVariable>,
  { unit, place: { dynamic } }: Spot,
): (lane: number) => number {
  const at = (lane: number) => unit + (dynamic?.[lane] ?? 0);
  if (variable.space !== 'workgroup') return at;
  return (lane) => (machine.group[lane] ?? 0) * variable.units + at(lane);
}

function loadWorkgroup(
  compiling: Compiling,
  variable: WorkgroupVariable,
  { unit, site, place: { dynamic } }: Spot,
  out: Lanes,
  outside: number,
): void {
  const { machine } = compiling;
  const { flat, units, shadow } = variable;
  const atomic = isAtomic(variable.type);
  compiling.emitMasked(() => {
    for (let k = 0; k < machine.count; k++) {
      const i = machine.act[k] ?? 0;
      const group = machine.group[i] ?? 0;
      const where = group * units + unit + (dynamic?.[i] ?? 0);
      out[i] = flat[where] ?? outside;
      if (atomic || Number.isNaN(where)) continue;
      const invocation = machine.invocation[i] ?? 0;
      if (shadow.read(where, invocation, machine.workgroupEpoch[group] ?? 0, site)) {
        raced(machine, { variable, shadow, where, unit: where % units }, invocation, site, 'reads');
      }
    }
  });
}

function storeWorkgroup(
  compiling: Compiling,
  variable: WorkgroupVariable,
  { unit, site, place: { dynamic } }: Spot,
  from: Lanes,
): void {
  const { machine } = compiling;
  const { flat, units, shadow } = variable;
  const atomic = isAtomic(variable.type);
  compiling.emitMasked(() => {
    for (let k = 0; k < machine.count; k++) {
      const i = machine.act[k] ?? 0;
      const group = machine.group[i] ?? 0;
      const where = group * units + unit + (dynamic?.[i] ?? 0);
      if (Number.isNaN(where)) continue;
      const value = from[i] ?? 0;
      const invocation = machine.invocation[i] ?? 0;
      const same = Object.is(flat[where], value);
      const epoch = machine.workgroupEpoch[group] ?? 0;
      if (!atomic && shadow.write(where, invocation, epoch, site, !same)) {
        const memory: Memory = { variable, shadow, where, unit: where % units };
        raced(machine, memory, invocation, site, 'writes', same);
      }
      flat[where] = value;
    }
  });
}

function loadBuffer(
  compiling: Compiling,
  variable: BufferVariable,
  { unit, site, kind, place: { dynamic } }: Spot,
  out: Lanes,
  outside: number,
): void {
  const { machine } = compiling;
  const { memory, shift } = variable;
  const shadow = isAtomic(variable.type) ? undefined : variable.shadow;
  const { written } = memory;
  const view = kind === 'f16' ? undefined : viewOf(variable, kind);
  const bits = new DataView(memory.u16.buffer);
  const isPoisoned = machine.poison?.unwritten.has(site) === true;
  compiling.emitMasked(() => {
    for (let k = 0; k < machine.count; k++) {
      const i = machine.act[k] ?? 0;
      const byte = unit + (dynamic?.[i] ?? 0);
      if (Number.isNaN(byte)) {
        out[i] = outside;
        continue;
      }
      out[i] = view === undefined ? getFloat16(bits, byte, true) : (view[byte >> 2] ?? 0);
      const invocation = machine.invocation[i] ?? 0;
      if (written[byte >> 2] === 0) {
        unwritten(machine, { variable, shadow, where: byte, unit: byte }, invocation, site);
        if (isPoisoned) out[i] = wrongValue(kind);
      }
      if (shadow === undefined) continue;
      const epoch = machine.storageEpoch[machine.group[i] ?? 0] ?? 0;
      if (shadow.read(byte >> shift, invocation, epoch, site)) {
        raced(machine, { variable, shadow, where: byte, unit: byte }, invocation, site, 'reads');
      }
    }
  });
}

function storeBuffer(
  compiling: Compiling,
  variable: BufferVariable,
  { unit, site, kind, place: { dynamic } }: Spot,
  from: Lanes,
): void {
  const { machine } = compiling;
  const { memory, shift } = variable;
  const shadow = isAtomic(variable.type) ? undefined : variable.shadow;
  const { written } = memory;
  const view = kind === 'f16' ? undefined : viewOf(variable, kind);
  const bits = new DataView(memory.u16.buffer);
  compiling.emitMasked(() => {
    for (let k = 0; k < machine.count; k++) {
      const i = machine.act[k] ?? 0;
      const byte = unit + (dynamic?.[i] ?? 0);
      if (Number.isNaN(byte)) continue;
      const value = from[i] ?? 0;
      if (shadow !== undefined) {
        const epoch = machine.storageEpoch[machine.group[i] ?? 0] ?? 0;
        const invocation = machine.invocation[i] ?? 0;
        const before = view === undefined ? getFloat16(bits, byte, true) : view[byte >> 2];
        const same = Object.is(before, value);
        if (shadow.write(byte >> shift, invocation, epoch, site, !same)) {
          const found: Memory = { variable, shadow, where: byte, unit: byte };
          raced(machine, found, invocation, site, 'writes', same);
        }
      }
      if (view === undefined) setFloat16(bits, byte, value, true);
      else view[byte >> 2] = value;
      written[byte >> 2] = 1;
    }
  });
}

function viewOf({ memory }: BufferVariable, kind: ScalarName): Float32Array | Int32Array | Uint32Array {
  if (kind === 'f32') return memory.f32;
  return kind === 'i32' ? memory.i32 : memory.u32;
}

/** Atomic accesses do not race with one another, and nothing else can reach an atomic. */
function isAtomic(type: Type): boolean {
  if (type.kind === 'array') return isAtomic(type.of);
  return type.kind === 'atomic';
}
