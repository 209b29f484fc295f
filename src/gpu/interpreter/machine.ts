import type { ProbeRecorder } from './probe-recorder.ts';
import { Recorder, type Poison } from './recorder.ts';

/** A step of a kernel, for all active lanes. */
export type Op = () => void;

/** Why an invocation is not active where its block goes on. */
export const GONE = { no: 0, broke: 1, continued: 2, returned: 3 } as const;

/** Ends a pass that cannot go on. Its findings say why. */
export class Halted extends Error {}

/** Where control flow may part: who came there. */
interface Fork {
  list: Int32Array;
  count: number;
  site: number;
}

/**
 * Invocations that run in lock step, a lane each: those of a few workgroups. Each step runs for all lanes that are active,
 * so a barrier is a step as any other. No order of accesses between two barriers is taken for granted: `Shadow` finds races
 * whichever access came first.
 */
export class Machine {
  readonly lanes: number;
  /** The active lanes are the first `count` of it. */
  act: Int32Array;
  count = 0;
  readonly gone: Uint8Array;
  /** Where a lane last left a block. */
  readonly leftAt: Int32Array;
  /** The number of each lane's invocation in its dispatch. */
  readonly invocation: Int32Array;
  /** Which of the workgroups that run together each lane belongs to. */
  readonly group: Int32Array;
  /** Barriers that each workgroup has passed, for workgroup and for storage memory. */
  readonly workgroupEpoch: Int32Array;
  readonly storageEpoch: Int32Array;
  readonly recorder = new Recorder();
  /** Called before each batch. */
  readonly onBatch: Op[] = [];
  private readonly all: Int32Array;
  private readonly forks: Fork[] = [];
  private readonly reached: Int32Array;
  private depth = 0;
  private turnsLeft: number;

  /**
   * @param size invocations of a workgroup
   * @param groups workgroups that run together
   * @param mostTurns of all loops together, after which a loop is taken for endless
   * @param poison reads that get another value than memory has
   * @param probes keeps what chosen invocations pass to `probe`
   */
  constructor(
    readonly size: number,
    readonly groups: number,
    private readonly mostTurns: number,
    readonly poison?: Poison,
    readonly probes?: ProbeRecorder,
  ) {
    this.lanes = size * groups;
    this.all = Int32Array.from({ length: this.lanes }, (_, lane) => lane);
    this.act = this.all;
    this.gone = new Uint8Array(this.lanes);
    this.leftAt = new Int32Array(this.lanes);
    this.invocation = new Int32Array(this.lanes);
    this.group = Int32Array.from(this.all, (lane) => Math.floor(lane / size));
    this.workgroupEpoch = new Int32Array(groups);
    this.storageEpoch = new Int32Array(groups);
    this.reached = new Int32Array(groups);
    this.turnsLeft = mostTurns;
  }

  /** Makes the lanes those of `groups` workgroups, all active. */
  begin(firstGroup: number, groups: number): void {
    for (let lane = 0; lane < this.lanes; lane++) this.invocation[lane] = firstGroup * this.size + lane;
    this.act = this.all;
    this.count = groups * this.size;
    this.gone.fill(GONE.no);
    this.leftAt.fill(-1);
    this.workgroupEpoch.fill(1);
    this.storageEpoch.fill(1);
    this.turnsLeft = this.mostTurns;
    this.depth = 0;
    for (const op of this.onBatch) op();
  }

  /** Runs a block until its end, or until no lane is left in it. */
  run(code: readonly Op[]): void {
    for (const op of code) {
      op();
      if (this.count === 0) return;
    }
  }

  /** Runs a block for some of the lanes. */
  runFor(list: Int32Array, count: number, code: readonly Op[]): void {
    this.act = list;
    this.count = count;
    if (count > 0) this.run(code);
  }

  /** Takes down that control flow may part here, until `join`. */
  fork(site: number): void {
    const known = this.forks[this.depth++];
    if (known === undefined) this.forks.push({ list: this.act, count: this.count, site });
    else {
      known.list = this.act;
      known.count = this.count;
      known.site = site;
    }
  }

  join(): void {
    this.depth--;
  }

  /** The active lanes leave their block. */
  leave(why: number, site: number): void {
    for (let k = 0; k < this.count; k++) {
      const lane = this.act[k] ?? 0;
      this.gone[lane] = why;
      this.leftAt[lane] = site;
    }
    this.count = 0;
  }

  /** The lanes of a list that have not left, written to `into`. @returns how many */
  present(list: Int32Array, count: number, into: Int32Array): number {
    let kept = 0;
    for (let k = 0; k < count; k++) {
      const lane = list[k] ?? 0;
      if (this.gone[lane] === GONE.no) into[kept++] = lane;
    }
    return kept;
  }

  /** Counts a turn of a loop. @throws Halted after the last one */
  turn(site: number): void {
    if (this.turnsLeft-- > 0) return;
    this.recorder.record({
      kind: 'endless-loop',
      variable: undefined,
      element: undefined,
      first: { invocation: this.firstActive(), site, does: 'reaches' },
      second: undefined,
      count: this.mostTurns,
      sameValue: false,
    });
    throw new Halted();
  }

  /** A barrier for all active lanes. Each workgroup must reach it as a whole. */
  barrier(site: number, memory: 'workgroup' | 'storage'): void {
    const { reached, groups, size } = this;
    reached.fill(0);
    for (let k = 0; k < this.count; k++) {
      const group = this.group[this.act[k] ?? 0] ?? 0;
      reached[group] = (reached[group] ?? 0) + 1;
    }
    const epochs = memory === 'workgroup' ? this.workgroupEpoch : this.storageEpoch;
    for (let group = 0; group < groups; group++) {
      const count = reached[group] ?? 0;
      if (count === 0) continue;
      if (count < size) this.partly(site, group, count);
      epochs[group] = (epochs[group] ?? 0) + 1;
    }
  }

  private firstActive(): number {
    return this.invocation[this.act[0] ?? 0] ?? 0;
  }

  /** A barrier that some invocations of a workgroup do not reach. */
  private partly(site: number, group: number, count: number): void {
    const own = (list: Int32Array, length: number) =>
      [...list.subarray(0, length)].filter((lane) => this.group[lane] === group);
    const here = own(this.act, this.count);
    const missing = own(this.all, this.lanes).find((lane) => !here.includes(lane)) ?? 0;
    const parted = this.forks
      .slice(0, this.depth)
      .findLast((fork) => own(fork.list, fork.count).length === this.size);
    const left = this.leftAt[missing] ?? -1;
    const where = parted?.site ?? (left < 0 ? site : left);
    this.recorder.record({
      kind: 'non-uniform-barrier',
      variable: undefined,
      element: undefined,
      first: { invocation: this.invocation[here[0] ?? 0] ?? 0, site, does: 'reaches' },
      second: { invocation: this.invocation[missing] ?? 0, site: where, does: 'leaves' },
      count,
      sameValue: false,
    });
  }
}
