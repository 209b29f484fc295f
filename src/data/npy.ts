import { DataError } from './data-error.ts';
import { DTYPE_BYTES, type Dtype } from './dtype.ts';
import { npyHeaderText, parseNpyHeader } from './npy-header.ts';
import { reverseElements, rowMajor } from './order.ts';
import { byteLength, readPart, type StoredArray } from './stored-array.ts';

/** The first bytes of a .npy file: `\x93NUMPY`. */
export const NPY_MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;

/** The data of a written file begin at a multiple of this many bytes, as NumPy has it. */
const ALIGNMENT = 64;
/** The longest header that is read. NumPy has the same limit: a longer one cannot be a shape. */
const MAX_HEADER = 10_000;

/**
 * Opens a .npy file of version 1 to 3, in any byte order, in C or Fortran order.
 * @throws DataError saying what is wrong with it
 */
export async function openNpy(file: Blob, where: string, name: string): Promise<StoredArray> {
  const head = await readPart(file, where, 0, 12);
  if (NPY_MAGIC.some((byte, at) => head[at] !== byte)) {
    throw new DataError(where, 'a .npy file, which begins with \\x93NUMPY', 'other bytes');
  }
  const version = head[6] ?? 0;
  if (version < 1 || version > 3) throw new DataError(where, '.npy version 1, 2 or 3', `version ${version}`);
  const view = new DataView(head.buffer);
  const [headerStart, headerBytes] =
    version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (headerBytes > MAX_HEADER) {
    throw new DataError(where, `a header of at most ${MAX_HEADER} bytes`, `${headerBytes}`);
  }
  const text = new TextDecoder().decode(await readPart(file, where, headerStart, headerBytes));
  const { dtype, bigEndian, fortranOrder, shape } = parseNpyHeader(where, text);
  const bytes = byteLength(where, dtype, shape);
  const start = headerStart + headerBytes;
  if (file.size !== start + bytes) {
    throw new DataError(
      where,
      `${bytes} bytes of data for ${dtype} [${shape.join(', ')}]`,
      `${file.size - start}`,
    );
  }
  return {
    where,
    name,
    dtype,
    shape,
    async bytes() {
      const data = await readPart(file, where, start, bytes);
      if (bigEndian) reverseElements(data, DTYPE_BYTES[dtype]);
      return fortranOrder ? rowMajor(data, DTYPE_BYTES[dtype], shape) : data;
    },
  };
}

/** The bytes of a .npy file of version 1. @param data row-major, in the dtype's element size */
export function writeNpy(
  dtype: Dtype,
  shape: readonly number[],
  data: ArrayBufferView,
): Uint8Array<ArrayBuffer> {
  const text = npyHeaderText(dtype, shape);
  const start = ALIGNMENT * Math.ceil((10 + text.length + 1) / ALIGNMENT);
  const file = new Uint8Array(start + data.byteLength);
  file.set([...NPY_MAGIC, 1, 0]);
  new DataView(file.buffer).setUint16(8, start - 10, true);
  file.set(new TextEncoder().encode(`${text.padEnd(start - 11)}\n`), 10);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return file;
}
