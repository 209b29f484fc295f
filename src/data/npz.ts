import { unzip, type Unzipped } from 'fflate';
import { messageOf } from '../core/errors.ts';
import { DataError } from './data-error.ts';
import { openNpy } from './npy.ts';
import type { FileArrays } from './stored-array.ts';

/** The first bytes of a zip file that is not empty: `PK`. */
export const ZIP_MAGIC = [0x50, 0x4b, 0x03, 0x04] as const;

/** Opens a .npz file, which is a zip of .npy files. @throws DataError saying what is wrong with it */
export async function openNpz(file: Blob, where: string): Promise<FileArrays> {
  const members = await unzipped(new Uint8Array(await file.arrayBuffer()), where);
  const names = Object.keys(members);
  if (names.length === 0) throw new DataError(where, 'a zip of .npy files', 'none in it');
  const arrays = names.map((member) => {
    const name = member.replace(/\.npy$/, '');
    const bytes = members[member] ?? new Uint8Array();
    return openNpy(new Blob([bytes]), `${where} › ${name}`, name);
  });
  return { arrays: await Promise.all(arrays), unreadable: [] };
}

/** The most bytes that are unpacked. A small zip can claim to hold more than a page has memory for. */
const MAX_BYTES = 2 ** 32;

function unzipped(bytes: Uint8Array, where: string): Promise<Unzipped> {
  return new Promise((resolve, reject) => {
    let total = 0;
    const filter = ({ name, originalSize }: { name: string; originalSize: number }) => {
      if (!name.endsWith('.npy')) return false;
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
