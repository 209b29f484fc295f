import { Float16Array } from '@petamoriken/float16';
import { ceilDiv } from '../../../core/plan.ts';

/** Words of a row of `width` codes: rows begin with a word. */
export const rowWords = (width: number, bits: number): number => ceilDiv(width * bits, 32);

/** Puts codes of 1, 2, 4 or 8 bits into words, the first in the lowest bits. Each row begins with a word. */
export function packCodes(codes: Uint8Array, width: number, bits: number): Uint32Array {
  const words = rowWords(width, bits);
  const rows = codes.length / width;
  const packed = new Uint32Array(rows * words);
  for (let row = 0, from = 0; row < rows; row++) {
    const first = row * words;
    for (let bit = 0; bit < width * bits; bit += bits, from++) {
      const word = first + (bit >> 5);
      packed[word] = (packed[word] ?? 0) | ((codes[from] ?? 0) << (bit & 31));
    }
  }
  return packed;
}

/** The codes of `packCodes`. */
export function unpackCodes(packed: Uint32Array, width: number, bits: number): Uint8Array {
  const words = rowWords(width, bits);
  const rows = packed.length / words;
  const codes = new Uint8Array(rows * width);
  const mask = 2 ** bits - 1;
  for (let row = 0, to = 0; row < rows; row++) {
    const first = row * words;
    for (let bit = 0; bit < width * bits; bit += bits, to++) {
      codes[to] = ((packed[first + (bit >> 5)] ?? 0) >>> (bit & 31)) & mask;
    }
  }
  return codes;
}

/** Numbers as f16, two to a word. */
export function asHalves(numbers: Float64Array): Uint32Array {
  const halves = new Float16Array(2 * ceilDiv(numbers.length, 2));
  halves.set(numbers);
  return new Uint32Array(halves.buffer);
}

/** The numbers of `asHalves`. */
export const fromHalves = (words: Uint32Array): Float64Array =>
  Float64Array.from(new Float16Array(words.buffer, words.byteOffset, 2 * words.length));
