import type { FindingKind } from '../../core/finding.ts';

/** An access as the interpreter sees it: `site` is a place in the linked text. */
export interface RawAccess {
  readonly invocation: number;
  readonly site: number;
  readonly does: 'reads' | 'writes' | 'reaches' | 'leaves';
}

/** A finding before its places are known in the sources. */
export interface RawFinding {
  readonly kind: FindingKind;
  readonly variable: string | undefined;
  readonly element: number | undefined;
  readonly first: RawAccess;
  readonly second: RawAccess | undefined;
  /** A number that the sentence tells: how many elements there are, how many invocations reach a barrier. */
  readonly count: number | undefined;
  /** Both accesses of a race write the same value. */
  readonly sameValue: boolean;
  times: number;
  /** All reads whose value is in doubt. */
  readonly doubts: Doubts;
}

/** Reads of a unit at a place of the code that race with writes of its owner: those of all other invocations. */
export interface Doubt {
  readonly site: number;
  readonly unit: number;
  readonly owner: number;
}

/** By site, then by unit: the owner; −1 where there are several. */
export type Doubts = Map<number, Map<number, number>>;

/** Reads that are given another value than memory has, to see whether it matters. */
export interface Poison {
  readonly doubts: Doubts;
  /** Sites of indices: what lies outside there. */
  readonly outside: ReadonlySet<number>;
  /** Sites of reads: what nothing has written. */
  readonly unwritten: ReadonlySet<number>;
}

/** Keeps the first finding of each kind at each pair of places, and counts the others. */
export class Recorder {
  private readonly found = new Map<string, RawFinding>();
  private readonly outsideWrites = new Set<number>();

  record(finding: Omit<RawFinding, 'times' | 'doubts'>, doubt?: Doubt): void {
    const { kind, variable, first, second } = finding;
    const sites = [first.site, second?.site ?? -1].sort((a, b) => a - b);
    const key = [kind, variable, ...sites].join(' ');
    const known = this.found.get(key) ?? {
      ...finding,
      times: 0,
      doubts: new Map<number, Map<number, number>>(),
    };
    this.found.set(key, known);
    known.times++;
    if (doubt === undefined) return;
    const units = known.doubts.get(doubt.site) ?? new Map<number, number>();
    known.doubts.set(doubt.site, units);
    const owner = units.get(doubt.unit) ?? doubt.owner;
    units.set(doubt.unit, owner === doubt.owner ? owner : -1);
  }

  /** Takes down that an index outside its array was written to. */
  wroteOutside(sites: readonly number[]): void {
    for (const site of sites) this.outsideWrites.add(site);
  }

  all(): RawFinding[] {
    return [...this.found.values()].map((finding) =>
      finding.kind === 'out-of-bounds' && this.outsideWrites.has(finding.first.site)
        ? { ...finding, first: { ...finding.first, does: 'writes' } }
        : finding,
    );
  }
}
