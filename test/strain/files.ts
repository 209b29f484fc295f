import { zipSync } from 'fflate';
import { floatsOf } from '../../src/data/convert.ts';
import { DataError } from '../../src/data/data-error.ts';
import { writeNpy } from '../../src/data/npy.ts';
import { openArrays } from '../../src/data/open.ts';
import { writeSafetensors } from '../../src/data/safetensors.ts';
import { Random } from './random.ts';
import { patiently, type Strain, type StrainOptions } from './strain.ts';

/** Bytes that values of a file of a few hundred may take: a header's claim is no reason for more. */
const MOST_BYTES = 2 ** 20;

/** A sound file of each kind. */
function samples(): ReadonlyMap<string, Uint8Array> {
  const data = Float32Array.from({ length: 24 }, (_, at) => at / 3);
  const npy = writeNpy('f32', [2, 3, 4], data);
  return new Map([
    ['a.npy', npy],
    ['a.npz', zipSync({ 'query.npy': npy, 'key.npy': npy })],
    ['stored.npz', zipSync({ 'query.npy': npy }, { level: 0 })],
    ['a.safetensors', writeSafetensors({ query: { dtype: 'f32', shape: [2, 3, 4], data } })],
  ]);
}

/** Opens damaged files: each is read, or refused with a reason, soon and without great memory. */
export async function strainFiles({ turns, seed }: Omit<StrainOptions, 'computes'>): Promise<Strain> {
  let [read, refused] = [0, 0];
  const faults: string[] = [];
  const files = [...samples()] as [[string, Uint8Array], ...[string, Uint8Array][]];
  for (let turn = 0; turn < turns; turn++) {
    const random = new Random(seed + turn);
    const [name, sound] = random.of(files);
    const outcome = await patiently(bytesIn(new File([damaged(random, sound)], name)));
    if (outcome instanceof DataError) refused++;
    else if (outcome instanceof Error)
      faults.push(`seed ${seed + turn}, ${name}: ${outcome.name}: ${outcome.message}`);
    else if (Number(outcome) > MOST_BYTES)
      faults.push(`seed ${seed + turn}, ${name}: ${String(outcome)} bytes`);
    else read++;
  }
  return { counts: { read, refused }, faults };
}

/** Bytes of all values of a file. */
async function bytesIn(file: File): Promise<number> {
  const { arrays } = await openArrays(file);
  let bytes = 0;
  for (const array of arrays) {
    try {
      bytes += (await floatsOf(array)).byteLength;
    } catch (error) {
      // An array that is no numbers is refused by itself.
      if (!(error instanceof DataError)) throw error;
    }
  }
  return bytes;
}

/** Numbers that headers should not hold. */
const CLAIMS = ['99999999999', '-1', '4294967296', '0', '1e9', 'null', '"'] as const;

/** The bytes with one to four places of damage. */
export function damaged(random: Random, sound: Uint8Array): Uint8Array<ArrayBuffer> {
  let bytes = Uint8Array.from(sound);
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(bytes.length);
    switch (random.below(5)) {
      case 0:
        bytes = bytes.slice(0, at);
        break;
      case 1:
        bytes = joined(bytes.slice(0, at), bytes.slice(random.below(bytes.length)));
        break;
      case 2:
        bytes = claiming(random, bytes);
        break;
      default:
        bytes[at] = random.below(256);
    }
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

/** One number of its text replaced, where it has any. */
function claiming(random: Random, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const text = String.fromCharCode(...bytes);
  const numbers = [...text.matchAll(/\d+/g)];
  const found = numbers[random.below(Math.max(1, numbers.length))];
  if (found === undefined) return bytes;
  const changed = text.slice(0, found.index) + random.of(CLAIMS) + text.slice(found.index + found[0].length);
  return Uint8Array.from(changed, (letter) => letter.charCodeAt(0));
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
