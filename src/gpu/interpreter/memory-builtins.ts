import type { ExpressionElem } from 'wesl';
import { load, store } from './access.ts';
import type { Compiling, Place, Value } from './compiling.ts';
import type { Lanes } from './lanes.ts';
import { NotInterpreted } from './not-interpreted.ts';
import { lengthOf } from './places.ts';
import { requirePointer } from './references.ts';
import { scalarOf, U32, type ScalarName } from './types.ts';

/** A call of a function that reaches memory, or other invocations. */
interface Call {
  readonly compiling: Compiling;
  readonly given: readonly ExpressionElem[];
  readonly at: number;
}

/** The value of a call; `true` if it gives none. */
type Result = Value | true;

const wrapped = (kind: ScalarName | undefined, value: number): number =>
  kind === 'i32' ? value | 0 : value >>> 0;

/** Atomic operations: the new value from the old one and the operand. */
const ATOMIC: Readonly<Record<string, (old: number, operand: number) => number>> = {
  atomicAdd: (a, b) => a + b,
  atomicSub: (a, b) => a - b,
  atomicMax: Math.max,
  atomicMin: Math.min,
  atomicAnd: (a, b) => a & b,
  atomicOr: (a, b) => a | b,
  atomicXor: (a, b) => a ^ b,
  atomicExchange: (_, b) => b,
};

/** Which lane of its four a lane takes a value from. */
const QUADS: Readonly<Record<string, (place: number) => number>> = {
  quadSwapX: (place) => place ^ 1,
  quadSwapY: (place) => place ^ 2,
  quadSwapDiagonal: (place) => place ^ 3,
};

const BARRIERS: Readonly<Record<string, 'workgroup' | 'storage'>> = {
  workgroupBarrier: 'workgroup',
  storageBarrier: 'storage',
};

/** Calls a built-in function of memory or of other invocations; nothing if there is none of that name. */
export function memoryBuiltin(
  compiling: Compiling,
  name: string,
  given: readonly ExpressionElem[],
  at: number,
): Result | undefined {
  const call: Call = { compiling, given, at };
  const barrier = BARRIERS[name];
  if (barrier !== undefined) {
    const { machine } = compiling;
    compiling.emitMasked(() => {
      machine.barrier(at, barrier);
    });
    return true;
  }
  if (name in ATOMIC || name.startsWith('atomic')) return atomic(name, call);
  if (name.startsWith('quad')) return quad(name, call);
  switch (name) {
    case 'arrayLength': {
      const place = requirePointer(compiling, given[0]);
      return compiling.literal(U32, lengthOf(place, at));
    }
    case 'workgroupUniformLoad': {
      const { machine } = compiling;
      const place = requirePointer(compiling, given[0]);
      const wait = () => {
        machine.barrier(at, 'workgroup');
      };
      compiling.emitMasked(wait);
      const value = load(compiling, place, at);
      compiling.emitMasked(wait);
      return value;
    }
    default:
      if (name.startsWith('subgroup')) throw new NotInterpreted(at, `${name} is not interpreted`);
      return undefined;
  }
}

function operand({ compiling, given, at }: Call, index: number, place: Place): Lanes {
  const expression = given[index];
  const type = scalarOf(place.type);
  if (expression === undefined || type === undefined) throw new NotInterpreted(at, 'an operand is missing');
  const [lane] = compiling.as(compiling.expression(expression), type).leaves;
  return lane ?? compiling.constant(0);
}

function atomic(name: string, call: Call): Result {
  const { compiling, given, at } = call;
  const place = requirePointer(compiling, given[0]);
  if (name === 'atomicLoad') return load(compiling, place, at);
  const type = scalarOf(place.type) ?? U32;
  const by = operand(call, 1, place);
  if (name === 'atomicStore') {
    store(compiling, place, { type, leaves: [by], constant: false, shared: false }, at);
    return true;
  }
  const change = ATOMIC[name];
  if (change === undefined) throw new NotInterpreted(at, `${name} is not interpreted`);
  const old = compiling.lanes();
  const address = addressOf(compiling, place);
  const { machine } = compiling;
  compiling.emitMasked(() => {
    for (let k = 0; k < machine.count; k++) {
      const i = machine.act[k] ?? 0;
      const [memory, index] = address(i);
      if (Number.isNaN(index)) continue;
      old[i] = memory[index] ?? 0;
      memory[index] = wrapped(type.name, change(old[i] ?? 0, by[i] ?? 0));
    }
  });
  return { type, leaves: [old], constant: false, shared: false };
}

/** Where the units of a place lie, for a lane. */
function addressOf(
  compiling: Compiling,
  { variable, offset, dynamic, type }: Place,
): (lane: number) => readonly [Float64Array | Int32Array | Uint32Array, number] {
  const { machine } = compiling;
  const unit = (lane: number) => offset + (dynamic?.[lane] ?? 0);
  if (variable.space === 'own') return (lane) => [variable.flat, unit(lane) * machine.lanes + lane];
  if (variable.space === 'workgroup') {
    return (lane) => {
      const index = (machine.group[lane] ?? 0) * variable.units + unit(lane);
      return [variable.flat, index];
    };
  }
  const { memory } = variable;
  const view = scalarOf(type)?.name === 'i32' ? memory.i32 : memory.u32;
  return (lane) => {
    const index = unit(lane) / 4;
    memory.written[index] = 1;
    return [view, index];
  };
}

/** Values from neighbours: invocations whose numbers differ in the lowest two bits alone. */
function quad(name: string, { compiling, given, at }: Call): Result {
  const [first, place] = given;
  if (first === undefined) throw new NotInterpreted(at, `${name} without a value`);
  const value = compiling.expression(first);
  const from = place === undefined ? undefined : compiling.expression(place).leaves[0];
  const swap = QUADS[name];
  if (swap === undefined && name !== 'quadBroadcast') {
    throw new NotInterpreted(at, `${name} is not interpreted`);
  }
  const { machine } = compiling;
  const leaves = value.leaves.map((lane) => {
    const out = compiling.lanes();
    compiling.emitMasked(() => {
      for (let k = 0; k < machine.count; k++) {
        const i = machine.act[k] ?? 0;
        const own = i & 3;
        const other = swap === undefined ? (from?.[i] ?? 0) : swap(own);
        out[i] = lane[i - own + other] ?? 0;
      }
    });
    return out;
  });
  return { ...value, leaves, constant: false, shared: false };
}
