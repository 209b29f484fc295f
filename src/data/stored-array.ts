import { formatShape, sizeOf } from '../core/tensor.ts';
import { DataError } from './data-error.ts';
import { DTYPE_BYTES, type Dtype } from './dtype.ts';

/** An array of a file, not read yet: listing a file costs its headers alone. */
export interface StoredArray {
  /** As messages call it: `qkv.npz › query`. */
  readonly where: string;
  readonly name: string;
  readonly dtype: Dtype;
  /** Row-major; `[]` is a single value. */
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** An array that is there but cannot be read, and why. */
export interface UnreadableArray {
  readonly where: string;
  readonly name: string;
  readonly reason: string;
}

/** What a file holds. */
export interface FileArrays {
  readonly arrays: readonly StoredArray[];
  readonly unreadable: readonly UnreadableArray[];
}

/** Bytes of an array. @throws DataError if they are more than a number can count exactly */
export function byteLength(where: string, dtype: Dtype, shape: readonly number[]): number {
  const bytes = DTYPE_BYTES[dtype] * sizeOf(shape);
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new DataError(where, 'a shape that fits into memory', formatShape(shape));
}

/** Reads a part of a file. @throws DataError if the file ends before */
export async function readPart(
  file: Blob,
  where: string,
  start: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (start + length > file.size) {
    throw new DataError(where, `${start + length} bytes`, `a file that ends after ${file.size}`);
  }
  return new Uint8Array(await file.slice(start, start + length).arrayBuffer());
}
