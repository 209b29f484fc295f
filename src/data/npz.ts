import { unzip, type Unzipped } from 'fflate';
import { messageOf } from '../core/errors.ts';
import { crc32 } from './crc32.ts';
import { DataError } from './data-error.ts';
import { openNpy } from './npy.ts';
import type { FileArrays, StoredArray, UnreadableArray } from './stored-array.ts';
import { zipDirectory, type ZipEntry } from './zip-directory.ts';

/** The first bytes of a zip file that is not empty: `PK`. */
export const ZIP_MAGIC = [0x50, 0x4b, 0x03, 0x04] as const;

/**
 * Opens a .npz file, which is a zip of .npy files. Arrays of strings, objects or dates are listed with the reason.
 * @throws DataError if the zip is damaged, or has two arrays of one name
 */
export async function openNpz(file: Blob, where: string): Promise<FileArrays> {
  const zip = new Uint8Array(await file.arrayBuffer());
  const entries = zipDirectory(zip, where).filter(({ name }) => isArray(name));
  if (entries.length === 0) throw new DataError(where, 'a zip of .npy files', 'none in it');
  requireOnce(entries, where);
  const members = await unzipped(zip, where);
  const arrays: StoredArray[] = [];
  const unreadable: UnreadableArray[] = [];
  for (const { name: member, crc32: sum } of entries) {
    const name = member.replace(/\.npy$/, '');
    const place = `${where} › ${name}`;
    const bytes = members[member];
    if (bytes === undefined || crc32(bytes) !== sum) {
      throw new DataError(place, 'data that fit their checksum (CRC-32)', 'damaged ones');
    }
    try {
      arrays.push(await openNpy(new Blob([bytes]), place, name));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      unreadable.push({ where: place, name, reason: `expected ${error.expected}, got ${error.got}` });
    }
  }
  return { arrays, unreadable };
}

const isArray = (member: string): boolean => member.endsWith('.npy');

/** @throws DataError naming the array that is there twice */
function requireOnce(entries: readonly ZipEntry[], where: string): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name)) throw new DataError(where, 'each name once', `${name} twice`);
    seen.add(name);
  }
}

/** The most bytes that are unpacked. A small zip can claim to hold more than a page has memory for. */
const MAX_BYTES = 2 ** 32;

function unzipped(bytes: Uint8Array, where: string): Promise<Unzipped> {
  return new Promise((resolve, reject) => {
    let total = 0;
    const filter = ({ name, originalSize }: { name: string; originalSize: number }) => {
      if (!isArray(name)) return false;
      total += originalSize;
      if (total > MAX_BYTES) {
        throw new DataError(where, `at most ${MAX_BYTES} bytes when unpacked`, `more`);
      }
      return true;
    };
    unzip(bytes, { filter }, (error, members) => {
      if (error === null) resolve(members);
      else reject(new DataError(where, 'a zip file', messageOf(error)));
    });
  });
}
