import type { ProbedInvocations } from '../../core/probe.ts';

/** The values that an invocation passed at a place of the linked text. */
export interface RawProbe {
  readonly site: number;
  readonly slot: number;
  readonly invocation: number;
  readonly type: string;
  readonly values: number[][];
  times: number;
}

/** Values of an invocation at one place with one slot: more are counted, and not kept. */
const MOST_VALUES = 256;

/** Keeps what chosen invocations pass to `probe`. */
export class ProbeRecorder {
  /** Whether the code has any. */
  isCalled = false;
  private readonly found = new Map<string, RawProbe>();
  private readonly wanted: ReadonlySet<number>;

  /** @param size invocations of a workgroup */
  constructor({ workgroup, invocations }: ProbedInvocations, size: number) {
    const existing = invocations.filter((one) => one < size);
    this.wanted = new Set(existing.map((one) => workgroup * size + one));
  }

  isWanted(invocation: number): boolean {
    return this.wanted.has(invocation);
  }

  record(given: Pick<RawProbe, 'site' | 'slot' | 'invocation' | 'type'>, value: number[]): void {
    const { site, slot, invocation, type } = given;
    const key = [site, slot, invocation, type].join(' ');
    const known = this.found.get(key) ?? { ...given, values: [], times: 0 };
    this.found.set(key, known);
    known.times++;
    if (known.values.length < MOST_VALUES) known.values.push(value);
  }

  /** By place, then by invocation and slot. Nothing if the code has no probe. */
  all(): readonly RawProbe[] | undefined {
    if (!this.isCalled) return undefined;
    return [...this.found.values()].sort(
      (a, b) => a.site - b.site || a.invocation - b.invocation || a.slot - b.slot,
    );
  }
}
