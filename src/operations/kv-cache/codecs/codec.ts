import type { DataArray, BufferDtype } from '../../../core/dtype.ts';
import type { ShaderSpec } from '../../../core/plan.ts';
import type { CacheData } from '../data.ts';
import type { CacheProblem } from '../problem.ts';

/** Rows of a part of a cache: `slots` for each of `groups` key/value heads, of `width` elements. */
export interface Extent {
  readonly groups: number;
  readonly slots: number;
  readonly width: number;
}

/** Keys or values of a part, row by row. */
export interface Rows extends Extent {
  readonly values: Float64Array;
}

/** A buffer of a part: codes, scales. */
export interface CodeBuffer {
  /** The end of the shader's name for it: `codes` is `key_codes` for keys. */
  readonly name: string;
  readonly dtype: BufferDtype;
  readonly count: number;
}

/** The contents of a codec's buffers, by name. */
export type Encoded = Readonly<Record<string, DataArray>>;

export type Side = 'key' | 'value';

/** How kernels read a codec. */
export type Reader = Required<Pick<ShaderSpec, 'modules' | 'constants'>>;

/**
 * Coordinates in which kernels read rows. Queries are taken to those of the keys, so that dot products stay, and outputs back from those
 * of the values, by passes of their own: neither is a part of the cache.
 */
export interface Coordinates {
  /** Coordinates of a row of `width` elements. */
  readonly widthOf: (width: number) => number;
  /** How the passes read it: the module of the role `basis`. */
  readonly reader: (width: number) => Reader;
}

/** Coordinates in which rows are encoded. */
export interface Basis extends Coordinates {
  /** Whether each key/value head has a basis of its own, fitted to its rows. */
  readonly byHead?: true;
  readonly buffers: (extent: Extent) => readonly CodeBuffer[];
  /** The basis that suits some rows, as its buffers hold it. */
  readonly fit: (rows: Rows, context: Context) => Encoded;
  /** Changes rows of a group, in float64. */
  readonly change: (encoded: Encoded, extent: Extent, group: number) => Change;
}

/** The way into a basis, and back from it: a row becomes another one. */
export interface Change {
  into(row: Float64Array): Float64Array;
  back(coordinates: Float64Array): Float64Array;
}

/** The whole cache that rows belong to, for bases that depend on queries. */
export interface Context {
  readonly problem: CacheProblem;
  readonly data: CacheData;
}

/** A form of rows in memory: how they are encoded, what that takes, and how kernels read it. */
export interface Codec {
  reader(side: Side, width: number): Reader;
  buffers(extent: Extent): readonly CodeBuffer[];
  /**
   * In float64, so that codes are the same on every device.
   * @param fitted the buffers of rows that came before, whose basis or points these rows take; left out, they are fitted to these rows
   */
  encode(rows: Rows, context: Context, fitted?: Encoded): Encoded;
  /** The numbers that the codes stand for, in float64. */
  decode(encoded: Encoded, extent: Extent): Float64Array;
  /** Neighbouring rows that are encoded together. Left out, 1. */
  readonly block?: number;
  /** The coordinates that kernels read rows in, if not the elements themselves. */
  readonly basis?: Coordinates;
  /** Something is fitted to the rows of each key/value head, all of which have as many. */
  readonly byHead?: true;
}
