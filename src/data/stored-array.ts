import { formatShape, sizeOf } from '../core/tensor.ts';
import { DataError } from './data-error.ts';
import { DTYPE_BYTES, type Dtype } from './dtype.ts';

/** An array in a file. Its data are read when `bytes` is called, so listing a file reads only headers. */
export interface StoredArray {
  /** The name that messages use: `qkv.npz › query`. */
  readonly where: string;
  readonly name: string;
  readonly dtype: Dtype;
  /** Extents in row-major order; `[]` is a single value. */
  readonly shape: readonly number[];
  /** Reads the data: little-endian, row-major. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** An array in a file that cannot be read, with the reason. */
export interface UnreadableArray {
  readonly where: string;
  readonly name: string;
  readonly reason: string;
}

/** The arrays of a file. */
export interface FileArrays {
  readonly arrays: readonly StoredArray[];
  readonly unreadable: readonly UnreadableArray[];
  /** Texts by name, of a .safetensors file that has some. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The size of an array in bytes. @throws DataError if it is larger than an exact JavaScript number */
export function byteLength(where: string, dtype: Dtype, shape: readonly number[]): number {
  const bytes = DTYPE_BYTES[dtype] * sizeOf(shape);
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new DataError(where, 'a shape that fits into memory', formatShape(shape));
}

/** Reads `length` bytes of a file from byte `start` on. @throws DataError if the file ends before that */
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
