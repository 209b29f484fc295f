import type { Layout } from './layout.ts';
import type { Lanes } from './lanes.ts';
import type { Shadow } from './shadow.ts';
import type { Type } from './types.ts';

/** A variable that each invocation has for itself: unit `u` of lane `i` is `flat[u * lanes + i]`. */
export interface OwnVariable {
  readonly space: 'own';
  /** Tells variables apart. */
  readonly id: number;
  readonly name: string;
  readonly type: Type;
  readonly layout: Layout;
  readonly flat: Lanes;
  /** Each unit's part of `flat`. */
  readonly leaves: readonly Lanes[];
}

/** A variable of a workgroup: unit `u` of workgroup `g` of those that run together is `flat[g * units + u]`. */
export interface WorkgroupVariable {
  readonly space: 'workgroup';
  readonly id: number;
  readonly name: string;
  readonly type: Type;
  readonly layout: Layout;
  readonly units: number;
  readonly flat: Float64Array;
  readonly shadow: Shadow;
}

/** A buffer that is bound to a pass: its units are bytes. */
export interface BufferVariable {
  readonly space: 'storage' | 'uniform';
  readonly id: number;
  readonly name: string;
  readonly type: Type;
  readonly layout: Layout;
  readonly memory: BufferMemory;
  /** Only of a buffer that is written: nothing races with reads alone. */
  readonly shadow: Shadow | undefined;
  /** Bytes are followed by 2 to the power of it. */
  readonly shift: 1 | 2;
}

export type Variable = OwnVariable | WorkgroupVariable | BufferVariable;

/** The bytes of a buffer, and which of its words hold something. */
export class BufferMemory {
  readonly f32: Float32Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly u16: Uint16Array;
  /** By word: whether it was given, or has been written. */
  readonly written: Uint8Array;

  constructor(
    readonly bytes: number,
    given: Uint8Array | undefined,
  ) {
    const words = Math.ceil(bytes / 4);
    this.f32 = new Float32Array(words);
    const { buffer } = this.f32;
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.written = new Uint8Array(words);
    if (given === undefined) return;
    new Uint8Array(buffer).set(given.subarray(0, bytes));
    this.written.fill(1);
  }
}
