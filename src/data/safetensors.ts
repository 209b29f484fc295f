import { z } from '../core/schema.ts';
import { formatShape } from '../core/tensor.ts';
import { DataError } from './data-error.ts';
import type { Dtype } from './dtype.ts';
import { byteLength, readPart, type FileArrays, type StoredArray } from './stored-array.ts';

/** The longest header that the format allows, in bytes. */
const MAX_HEADER = 100_000_000;

const DTYPES: Readonly<Record<string, Dtype>> = {
  ...{ F16: 'f16', BF16: 'bf16', F32: 'f32', F64: 'f64', BOOL: 'bool' },
  ...{ U8: 'u8', I8: 'i8', U16: 'u16', I16: 'i16', U32: 'u32', I32: 'i32', U64: 'u64', I64: 'i64' },
};

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().check(z.minimum(0))),
  data_offsets: z.tuple([z.int().check(z.minimum(0)), z.int().check(z.minimum(0))]),
});

type Entry = z.infer<typeof entrySchema> & { readonly name: string; readonly where: string };

/**
 * Opens a .safetensors file. Arrays of dtypes that cannot be read, such as 8-bit floats, are listed with the reason.
 * @see https://github.com/huggingface/safetensors#format
 * @throws DataError if header and data do not agree
 */
export async function openSafetensors(file: Blob, where: string): Promise<FileArrays> {
  const headerBytes = Number(new DataView((await readPart(file, where, 0, 8)).buffer).getBigUint64(0, true));
  if (headerBytes > MAX_HEADER) {
    throw new DataError(where, `a header of at most ${MAX_HEADER} bytes`, `${headerBytes}`);
  }
  const text = new TextDecoder().decode(await readPart(file, where, 8, headerBytes));
  const { entries, metadata } = readHeader(where, text);
  const start = 8 + headerBytes;
  checkOffsets(where, entries, file.size - start);
  const arrays: StoredArray[] = [];
  const unreadable: FileArrays['unreadable'][number][] = [];
  for (const {
    name,
    where,
    dtype: named,
    shape,
    data_offsets: [begin, end],
  } of entries) {
    const dtype = DTYPES[named];
    if (dtype === undefined) {
      unreadable.push({
        where,
        name,
        reason: `its dtype ${named} is not one of ${Object.keys(DTYPES).join(', ')}`,
      });
      continue;
    }
    const bytes = byteLength(where, dtype, shape);
    if (end - begin !== bytes) {
      throw new DataError(where, `${bytes} bytes for ${named} ${formatShape(shape)}`, `${end - begin}`);
    }
    arrays.push({ where, name, dtype, shape, bytes: () => readPart(file, where, start + begin, bytes) });
  }
  return { arrays, unreadable, ...(metadata && { metadata }) };
}

interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

function readHeader(where: string, text: string): Header {
  let json: unknown;
  try {
    // Some writers pad with NUL in place of spaces.
    json = JSON.parse(text.replace(/\0+$/, ''));
  } catch {
    throw new DataError(where, 'a header in JSON', `${text.slice(0, 40)}…`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new DataError(where, 'a header of named arrays', text.slice(0, 40));
  }
  // Other writers' metadata may hold anything: nothing but texts is read.
  const metadata = z.record(z.string(), z.string()).safeParse(Reflect.get(json, '__metadata__'));
  const entries = Object.entries(json).flatMap(([name, value]: [string, unknown]) => {
    if (name === '__metadata__') return [];
    const entry = entrySchema.safeParse(value);
    if (entry.success) return [{ ...entry.data, name, where: `${where} › ${name}` }];
    const [issue] = entry.error.issues;
    throw new DataError(
      `${where} › ${name}`,
      'dtype, shape and data_offsets',
      `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'something else'}`,
    );
  });
  return { entries, metadata: metadata.data };
}

/** Checks that arrays follow each other without holes and fill the file, as the format demands. */
function checkOffsets(where: string, entries: readonly Entry[], size: number): void {
  let at = 0;
  const ordered = [...entries].sort(
    (a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  for (const {
    where: array,
    data_offsets: [begin, end],
  } of ordered) {
    if (end < begin) throw new DataError(array, 'data_offsets in order', `[${begin}, ${end}]`);
    if (begin < at)
      throw new DataError(array, `data from byte ${at} on, after the array before`, `byte ${begin}`);
    if (begin > at) throw new DataError(array, `data from byte ${at} on, without a hole`, `byte ${begin}`);
    at = end;
  }
  if (at !== size) throw new DataError(where, `${at} bytes of data, as its header says`, `${size}`);
}

/** An array to be written. `data` is row-major, in the dtype's element size. */
export interface ArrayToWrite {
  readonly dtype: 'f32' | 'f16';
  readonly shape: readonly number[];
  readonly data: ArrayBufferView;
}

/** The bytes of a .safetensors file. @param metadata texts by name, kept in the header */
export function writeSafetensors(
  arrays: Readonly<Record<string, ArrayToWrite>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  let at = 0;
  const entries = Object.entries(arrays).map(([name, { dtype, shape, data }]) => {
    const offsets = [at, (at += data.byteLength)];
    return [name, { dtype: dtype.toUpperCase(), shape, data_offsets: offsets }];
  });
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const header = new TextEncoder().encode(text);
  // The header ends in spaces, so that the data begin at a multiple of 8 bytes.
  const headerBytes = 8 * Math.ceil(header.length / 8);
  const file = new Uint8Array(8 + headerBytes + at).fill(0x20, 8, 8 + headerBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(header, 8);
  at = 8 + headerBytes;
  for (const { data } of Object.values(arrays)) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}
