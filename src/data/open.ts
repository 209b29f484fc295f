import { DataError } from './data-error.ts';
import { NPY_MAGIC, openNpy } from './npy.ts';
import { openNpz, ZIP_MAGIC } from './npz.ts';
import { openSafetensors } from './safetensors.ts';
import type { FileArrays } from './stored-array.ts';

/** Name endings of the files that can be opened. */
export const DATA_ENDINGS = ['.npy', '.npz', '.safetensors'] as const;

/**
 * Opens a .npy, .npz or .safetensors file. Its first bytes say which it is; for .safetensors, which has none, its name.
 * @throws DataError saying what is wrong with it
 */
export async function openArrays(file: File): Promise<FileArrays> {
  const head = new Uint8Array(await file.slice(0, 9).arrayBuffer());
  const begins = (magic: readonly number[]) => magic.every((byte, at) => head[at] === byte);
  if (begins(NPY_MAGIC)) {
    return { arrays: [await openNpy(file, file.name, baseName(file.name))], unreadable: [] };
  }
  if (begins(ZIP_MAGIC)) return openNpz(file, file.name);
  if (file.name.endsWith('.safetensors')) return openSafetensors(file, file.name);
  throw new DataError(file.name, `a file of arrays (${DATA_ENDINGS.join(', ')})`, 'other bytes');
}

const baseName = (name: string): string => name.replace(/\.\w+$/, '');
