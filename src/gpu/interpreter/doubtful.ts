import type { Machine } from './machine.ts';
import type { Shadow } from './shadow.ts';
import type { BufferVariable, WorkgroupVariable } from './variable.ts';

/** A scalar in memory that was found to be in doubt. */
export interface Memory {
  readonly variable: WorkgroupVariable | BufferVariable;
  readonly shadow: Shadow | undefined;
  /** Where it lies among those of all workgroups that run together. */
  readonly where: number;
  readonly unit: number;
}

/** The element of the variable's array that a unit belongs to. */
function elementOf({ variable: { type, layout }, unit }: Memory): number | undefined {
  return type.kind === 'array' ? Math.floor(unit / layout.stride(type.of)) : undefined;
}

/** Records that an invocation reads what nothing has written. */
export function unwritten(machine: Machine, memory: Memory, invocation: number, site: number): void {
  machine.recorder.record({
    kind: 'uninitialised-read',
    variable: memory.variable.name,
    element: elementOf(memory),
    first: { invocation, site, does: 'reads' },
    second: undefined,
    count: undefined,
    sameValue: false,
  });
}

/** Records that an access races with the one that the shadow has found. */
export function raced(
  machine: Machine,
  memory: Memory,
  invocation: number,
  site: number,
  does: 'reads' | 'writes',
  sameValue = false,
): void {
  const other = memory.shadow?.other;
  if (other === undefined) return;
  // A write that changes nothing leaves no doubt about what a read gives.
  const changes = does === 'reads' ? other.changed : !sameValue;
  const reader = does === 'reads' ? site : other.wrote ? undefined : other.site;
  machine.recorder.record(
    {
      kind: 'race',
      variable: memory.variable.name,
      element: elementOf(memory),
      first: {
        invocation: other.invocation,
        site: other.site,
        does: other.wrote ? 'writes' : 'reads',
      },
      second: { invocation, site, does },
      count: undefined,
      sameValue: sameValue && other.wrote && does === 'writes',
    },
    reader === undefined || !changes
      ? undefined
      : {
          site: reader,
          unit: memory.where,
          // Whoever writes it may read it.
          owner: does === 'reads' ? other.invocation : invocation,
        },
  );
}
