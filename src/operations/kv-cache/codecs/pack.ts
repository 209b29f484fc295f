import { Float16Array } from '@petamoriken/float16';
import { ceilDiv } from '../../../core/plan.ts';

/** Words of a row of `width` codes: rows begin with a word. */
export const rowWords = (width: number, bits: number): number => ceilDiv(width * bits, 32);

/** Puts codes of 1, 2, 4 or 8 bits into words, the first in the lowest bits. Each row begins with a word. */
export function packCodes(codes: Uint8Array, width: number, bits: number): Uint32Array {
  const words = rowWords(width, bits);
  const rows = codes.length / width;
  const packed = new Uint32Array(rows * words);
  const perWord = 32 / bits;
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < width; at++) {
      const word = row * words + Math.floor(at / perWord);
      packed[word] =
        ((packed[word] ?? 0) | ((codes[row * width + at] ?? 0) << (bits * (at % perWord)))) >>> 0;
    }
  }
  return packed;
}

/** The codes of `packCodes`. */
export function unpackCodes(packed: Uint32Array, width: number, bits: number): Uint8Array {
  const words = rowWords(width, bits);
  const rows = packed.length / words;
  const codes = new Uint8Array(rows * width);
  const perWord = 32 / bits;
  const mask = 2 ** bits - 1;
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < width; at++) {
      const word = packed[row * words + Math.floor(at / perWord)] ?? 0;
      codes[row * width + at] = (word >>> (bits * (at % perWord))) & mask;
    }
  }
  return codes;
}

/** Numbers as f16, two to a word, and the numbers that these are. */
export function asHalves(numbers: Float64Array): {
  readonly words: Uint32Array;
  readonly rounded: Float16Array;
} {
  const rounded = new Float16Array(2 * ceilDiv(numbers.length, 2));
  rounded.set(numbers);
  return { words: new Uint32Array(rounded.buffer), rounded };
}

/** The numbers of `asHalves`. */
export const fromHalves = (words: Uint32Array): Float16Array =>
  new Float16Array(words.buffer, words.byteOffset, 2 * words.length);
