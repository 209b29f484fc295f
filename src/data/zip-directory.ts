import { DataError } from './data-error.ts';

/** A member as the directory of a zip file describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly crc32: number;
}

const [END, END_64, ENTRY] = [0x06054b50, 0x06064b50, 0x02014b50];
/** Bytes of the record at a zip file's end, and of a comment behind it. */
const [END_BYTES, MAX_COMMENT] = [22, 0xffff];
/** Bytes of the pointer to a 64-bit record, which stands before that at the end. */
const LOCATOR_BYTES = 20;

/**
 * The members in the order of the directory, duplicates too: an unpacked zip has lost them, and the checksums.
 * @throws DataError if there is no directory
 */
export function zipDirectory(bytes: Uint8Array, where: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: ZipEntry[] = [];
  try {
    let { at, count } = directoryOf(view);
    for (; count > 0; count--) {
      if (view.getUint32(at, true) !== ENTRY) throw new RangeError(`no entry at ${at}`);
      const nameBytes = view.getUint16(at + 28, true);
      const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes));
      entries.push({ name, crc32: view.getUint32(at + 16, true) });
      at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch {
    // Read beyond the end, or something else than an entry.
    throw new DataError(where, 'a zip file with a directory', 'a damaged one');
  }
  return entries;
}

/** Where the directory begins, and the number of its entries. @throws RangeError if it is not found */
function directoryOf(view: DataView): { at: number; count: number } {
  for (let end = view.byteLength - END_BYTES; end >= view.byteLength - END_BYTES - MAX_COMMENT; end--) {
    if (view.getUint32(end, true) !== END) continue;
    const [count, at] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)];
    if (count < 0xffff && at < 0xffffffff) return { at, count };
    const large = Number(view.getBigUint64(end - LOCATOR_BYTES + 8, true));
    if (view.getUint32(large, true) !== END_64) break;
    return {
      at: Number(view.getBigUint64(large + 48, true)),
      count: Number(view.getBigUint64(large + 32, true)),
    };
  }
  throw new RangeError('no end of a directory');
}
