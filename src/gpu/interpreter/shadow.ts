/** The other access of a race, as `Shadow` found it last. */
export interface Other {
  invocation: number;
  site: number;
  wrote: boolean;
  /** Whether its write left another value than there was. */
  changed: boolean;
}

/** Accesses of one kind to each unit of a memory, the latest of each: who, when, and where in the code. */
class Latest {
  /** The invocation's number and 1; 0 where there was none. */
  readonly who: Int32Array;
  readonly epoch: Int32Array;
  readonly site: Int32Array;

  constructor(units: number) {
    this.who = new Int32Array(units);
    this.epoch = new Int32Array(units);
    this.site = new Int32Array(units);
  }

  set(unit: number, who: number, epoch: number, site: number): void {
    this.who[unit] = who;
    this.epoch[unit] = epoch;
    this.site[unit] = site;
  }

  move(unit: number, to: Latest): void {
    to.set(unit, this.who[unit] ?? 0, this.epoch[unit] ?? 0, this.site[unit] ?? 0);
  }

  clear(): void {
    this.who.fill(0);
  }
}

/**
 * Who has written and read each unit of a memory. Two accesses race if one of them writes, their invocations differ, and no
 * barrier lies between: none of their workgroup, which the epoch counts, or none at all between two workgroups of a dispatch.
 *
 * The last writer is enough: an earlier one that is not ordered before it was found when it wrote. Of readers two are kept,
 * and one of another workgroup: whoever writes races with one of them, or is the only reader.
 */
export class Shadow {
  readonly other: Other = { invocation: 0, site: 0, wrote: false, changed: false };
  private readonly writer: Latest;
  private readonly reader: Latest;
  private readonly second: Latest;
  private readonly far: Latest;
  private readonly changed: Uint8Array;

  /** @param groupSize invocations of a workgroup */
  constructor(
    units: number,
    private readonly groupSize: number,
  ) {
    this.writer = new Latest(units);
    this.reader = new Latest(units);
    this.second = new Latest(units);
    this.far = new Latest(units);
    this.changed = new Uint8Array(units);
  }

  /** Takes down that an invocation reads. @returns whether that races with a write, which `other` then tells */
  read(unit: number, invocation: number, epoch: number, site: number): boolean {
    const who = invocation + 1;
    const before = this.reader.who[unit] ?? 0;
    if (before !== 0 && before !== who) {
      if (!this.together(before, who)) this.reader.move(unit, this.far);
      else if (this.reader.epoch[unit] === epoch) this.reader.move(unit, this.second);
    }
    this.reader.set(unit, who, epoch, site);
    return this.races(this.writer, unit, who, epoch, true);
  }

  /** Takes down that an invocation writes. @returns whether that races with another access, which `other` then tells */
  write(unit: number, invocation: number, epoch: number, site: number, changed: boolean): boolean {
    const who = invocation + 1;
    const races =
      this.races(this.writer, unit, who, epoch, true) ||
      this.races(this.reader, unit, who, epoch, false) ||
      this.races(this.second, unit, who, epoch, false) ||
      this.races(this.far, unit, who, epoch, false);
    this.writer.set(unit, who, epoch, site);
    this.changed[unit] = changed ? 1 : 0;
    return races;
  }

  clear(): void {
    for (const latest of [this.writer, this.reader, this.second, this.far]) latest.clear();
  }

  private together(a: number, b: number): boolean {
    return Math.floor((a - 1) / this.groupSize) === Math.floor((b - 1) / this.groupSize);
  }

  private races(latest: Latest, unit: number, who: number, epoch: number, wrote: boolean): boolean {
    const before = latest.who[unit] ?? 0;
    if (before === 0 || before === who) return false;
    if (latest.epoch[unit] !== epoch && this.together(before, who)) return false;
    this.other.invocation = before - 1;
    this.other.site = latest.site[unit] ?? 0;
    this.other.wrote = wrote;
    this.other.changed = this.changed[unit] === 1;
    return true;
  }
}
