import type { Compiling, Value } from './compiling.ts';
import { NotInterpreted } from './not-interpreted.ts';
import { concrete, nameOf, scalarOf } from './types.ts';

/** Adds the steps of `probe(slot, value)`. Its arguments are computed whether or not anybody wants them. */
export function probe(compiling: Compiling, given: readonly Value[], site: number): true {
  const [number, passed] = given;
  if (number === undefined || passed === undefined || given.length > 2)
    throw new NotInterpreted(site, 'probe takes a slot and a value');
  const kind = scalarOf(concrete(number.type))?.name;
  if (number.type.kind !== 'scalar' || (kind !== 'i32' && kind !== 'u32'))
    throw new NotInterpreted(site, `the slot of a probe is a whole number, and not ${nameOf(number.type)}`);
  const { machine } = compiling;
  const { probes } = machine;
  if (probes === undefined) return true;
  probes.isCalled = true;
  const value = compiling.as(passed, concrete(passed.type));
  const type = nameOf(value.type);
  const [slots] = number.leaves;
  compiling.emitMasked(() => {
    for (let k = 0; k < machine.count; k++) {
      const lane = machine.act[k] ?? 0;
      const invocation = machine.invocation[lane] ?? 0;
      if (!probes.isWanted(invocation)) continue;
      const values = value.leaves.map((leaf) => leaf[lane] ?? 0);
      probes.record({ site, slot: slots?.[lane] ?? 0, invocation, type }, values);
    }
  });
  return true;
}
