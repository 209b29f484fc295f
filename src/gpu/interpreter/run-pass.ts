import type { ExpressionElem, GlobalVarElem } from 'wesl';
import type { ProbedInvocations } from '../../core/probe.ts';
import { nextId } from './access.ts';
import { Compiling, type Named, type Shared, type Value } from './compiling.ts';
import { evaluate } from './expressions.ts';
import { callFunction, compileMain } from './functions.ts';
import { BYTES, COMPACT } from './layout.ts';
import { Halted, Machine } from './machine.ts';
import { NotInterpreted } from './not-interpreted.ts';
import { ProbeRecorder, type RawProbe } from './probe-recorder.ts';
import type { Poison, RawFinding } from './recorder.ts';
import { Shadow } from './shadow.ts';
import { ownPlace } from './statements.ts';
import { countOf, typeOf } from './type-names.ts';
import { leavesOf, U32, vectorOf, type Type } from './types.ts';
import type { BufferMemory, BufferVariable, Variable } from './variable.ts';
import { attributeOf, readModule, type WgslModule } from './wgsl-module.ts';

/** A linked shader with what is bound to it. */
export interface PassRun {
  readonly wgsl: string;
  readonly workgroups: number;
  /** The memory bound at a group's binding. */
  readonly memory: (group: number, binding: number) => BufferMemory | undefined;
  /** Turns of all loops together of an invocation, after which a loop is taken for endless. */
  readonly mostTurns: number;
  /** Reads that get another value than memory has, to see whether it matters. */
  readonly poison?: Poison | undefined;
  /** The invocations whose values passed to `probe(slot, value)` are kept. Default: no values are. */
  readonly probed?: ProbedInvocations | undefined;
}

/** The outcome of a pass. */
export interface PassOutcome {
  readonly findings: readonly RawFinding[];
  /** Values that the code passed to `probe(slot, value)`; undefined where it calls no `probe`, or no invocation was named. */
  readonly probes: readonly RawProbe[] | undefined;
  /** Invocations of a workgroup. */
  readonly size: number;
  /** Whether it ran to its end. */
  readonly ended: boolean;
}

/** Lanes that run together: enough that a step's own cost is small beside that of its lanes. */
const LANES = 256;

/** Runs a pass on the host, and finds what is wrong with it. Buffers hold its results afterwards. @throws NotInterpreted */
export function runPass({ wgsl, workgroups, memory, mostTurns, poison, probed }: PassRun): PassOutcome {
  const module = readModule(wgsl);
  const extent = workgroupSize(module);
  const size = extent.reduce((product, one) => product * one, 1);
  const groups = Math.max(1, Math.min(workgroups, Math.floor(LANES / size)));
  const probes = probed && new ProbeRecorder(probed, size);
  const machine = new Machine(size, groups, mostTurns, poison, probes);
  const shared = sharedOf(machine, module);
  declareVariables(shared, memory);
  const { value, place } = builtinValues(shared, extent, workgroups);
  const code = compileMain(shared, value);
  const outcome = (ended: boolean) => ({
    ...{ findings: machine.recorder.all(), probes: probes?.all() },
    ...{ size, ended },
  });
  for (let first = 0; first < workgroups; first += groups) {
    place(first);
    machine.begin(first, Math.min(groups, workgroups - first));
    try {
      machine.run(code);
    } catch (error) {
      if (error instanceof Halted) return outcome(false);
      throw error;
    }
  }
  return outcome(true);
}

const sharedOf = (machine: Machine, module: WgslModule): Shared => ({
  machine,
  module,
  globals: new Map(),
  functions: new Map(),
  constants: new Map(),
  evaluate,
  call: callFunction,
});

/** Invocations of a workgroup, by dimension. */
function workgroupSize(module: WgslModule): number[] {
  const given: readonly ExpressionElem[] = attributeOf(module.main, 'workgroup_size') ?? [];
  // Sizes are constants: no lane is needed to find them.
  const compiling = new Compiling(sharedOf(new Machine(1, 1, 0), module), undefined);
  const sizes = given.map((expression) => countOf(compiling, expression));
  module.types.clear();
  return [sizes[0] ?? 1, sizes[1] ?? 1, sizes[2] ?? 1];
}

function declareVariables(shared: Shared, memory: PassRun['memory']): void {
  const compiling = new Compiling(shared, undefined);
  for (const [name, declared] of shared.module.variables) {
    const { typeRef } = declared.name;
    if (typeRef === undefined) throw new NotInterpreted(declared.start, `${name} has no type`);
    const type = typeOf(compiling, typeRef);
    const space = declared.template?.[0]?.name ?? 'private';
    shared.globals.set(name, {
      kind: 'place',
      place: variablePlace(compiling, { name, declared, type, space, memory }),
    });
  }
}

interface Declared {
  readonly name: string;
  readonly declared: GlobalVarElem;
  readonly type: Type;
  readonly space: string;
  readonly memory: PassRun['memory'];
}

function variablePlace(compiling: Compiling, given: Declared): (Named & { kind: 'place' })['place'] {
  const { name, declared, type, space } = given;
  const { machine } = compiling;
  const whole = (variable: Variable) => ({ variable, type, offset: 0, dynamic: undefined, indices: [] });
  switch (space) {
    case 'workgroup':
      return whole(workgroupVariable(machine, name, type));
    case 'storage':
    case 'uniform':
      return whole(bufferVariable(compiling, given));
    case 'private': {
      if (declared.init !== undefined)
        throw new NotInterpreted(declared.start, 'private variables with a value are not interpreted');
      const place = ownPlace(compiling, name, type);
      if (place.variable.space === 'own') {
        const { flat } = place.variable;
        machine.onBatch.push(() => flat.fill(0));
      }
      return place;
    }
    default:
      throw new NotInterpreted(declared.start, `variables in ${space} are not interpreted`);
  }
}

function workgroupVariable(machine: Machine, name: string, type: Type): Variable {
  const units = leavesOf(type).length;
  const all = units * machine.groups;
  const flat = new Float64Array(all);
  const shadow = new Shadow(all, machine.size);
  machine.onBatch.push(() => {
    flat.fill(0);
    shadow.clear();
  });
  return { space: 'workgroup', id: nextId(), name, type, layout: COMPACT, units, flat, shadow };
}

function bufferVariable(
  compiling: Compiling,
  { name, declared, type, space, memory }: Declared,
): BufferVariable {
  const number = (attribute: string) => {
    const [expression] = attributeOf(declared, attribute) ?? [];
    if (expression === undefined) throw new NotInterpreted(declared.start, `${name} has no ${attribute}`);
    return countOf(compiling, expression);
  };
  const bound = memory(number('group'), number('binding'));
  if (bound === undefined) throw new NotInterpreted(declared.start, `nothing is bound to ${name}`);
  const isWritten = declared.template?.[1]?.name === 'read_write';
  const shift = holdsHalves(type) ? 1 : 2;
  const { size } = compiling.machine;
  return {
    space: space === 'uniform' ? 'uniform' : 'storage',
    id: nextId(),
    name,
    type,
    layout: BYTES,
    memory: bound,
    shadow: isWritten ? new Shadow(Math.ceil(bound.bytes / 2 ** shift), size) : undefined,
    shift,
  };
}

/** Whether a type holds f16. */
function holdsHalves(type: Type): boolean {
  if (type.kind === 'array') return holdsHalves(type.of);
  if (type.kind === 'struct') return type.members.some((member) => holdsHalves(member.type));
  return leavesOf(type).includes('f16');
}

/** Values of the built-in inputs of entry points: numbers of workgroups and invocations. `place` makes them those of a batch. */
function builtinValues(shared: Shared, [x = 1, y = 1]: readonly number[], workgroups: number) {
  const { machine } = shared;
  const { lanes, size } = machine;
  const compiling = new Compiling(shared, undefined);
  const own = Array.from({ length: lanes }, (_, lane) => lane % size);
  const given = (of: (local: number) => number) => Float64Array.from(own, of);
  const local = [
    given((i) => i % x),
    given((i) => Math.floor(i / x) % y),
    given((i) => Math.floor(i / (x * y))),
  ];
  const zero = compiling.constant(0);
  const group = compiling.lanes();
  const global = compiling.lanes();
  const vector = (...leaves: Float64Array[]): Value => ({
    type: vectorOf(3, U32),
    leaves,
    constant: false,
    shared: false,
  });
  const scalar = (leaf: Float64Array): Value => ({
    type: U32,
    leaves: [leaf],
    constant: false,
    shared: false,
  });
  const [localX = zero, localY = zero, localZ = zero] = local;
  const known: Readonly<Record<string, Value>> = {
    workgroup_id: vector(group, zero, zero),
    num_workgroups: compiling.literal(vectorOf(3, U32), workgroups, 1, 1),
    local_invocation_id: vector(localX, localY, localZ),
    local_invocation_index: scalar(given((i) => i)),
    global_invocation_id: vector(global, localY, localZ),
    subgroup_size: compiling.literal(U32, SUBGROUP_SIZE),
    subgroup_invocation_id: scalar(given((i) => i % SUBGROUP_SIZE)),
  };
  const place = (first: number) => {
    for (let lane = 0; lane < lanes; lane++) {
      const number = first + Math.floor(lane / size);
      group[lane] = number;
      global[lane] = number * x + (localX[lane] ?? 0);
    }
  };
  const value = (at: number, name: string): Value => {
    const found = known[name];
    if (found === undefined) throw new NotInterpreted(at, `the built-in value ${name} is not interpreted`);
    return found;
  };
  return { value, place };
}

/** The smallest subgroups that there are: quads are whole in it. */
const SUBGROUP_SIZE = 4;
