import { fromHalf, toHalf } from '../../core/half.ts';
import { ceilDiv, type ShaderSpec } from '../../core/plan.ts';

/** How documents are held while all of them are compared with the queries. */
export interface StorageKind {
  readonly title: string;
  /** The modules that compute scores of such rows. */
  readonly modules: NonNullable<ShaderSpec['modules']>;
  /** Words that a document takes, its scale included. */
  readonly rowWords: (embedDim: number) => number;
  /** Multiply-adds of a pair, or operations on whole words that do their work. */
  readonly steps: (embedDim: number) => number;
  /** Rows as words; absent where they stay as they are. */
  readonly pack?: (rows: Float32Array, embedDim: number) => Uint32Array<ArrayBuffer>;
  /** Whether queries are packed as well. */
  readonly packsQueries: boolean;
  /** The element that is stored for one, as a number. */
  readonly unpack?: Unpack;
}

/** A row of words as numbers. */
type Unpack = (words: Uint32Array, embedDim: number) => ArrayLike<number>;

const products = (load: string) => ({ scores: 'retrieve/lib/scores/products', load });
const packedWords = (packing: string) => ({ scores: 'retrieve/lib/scores/packed', packing });

/** Whole numbers that an element of int8 is: none has the lowest, so that signs are treated alike. */
const LARGEST_BYTE = 127;

export const STORAGES = {
  f32: {
    title: 'f32',
    modules: products('lib/load/plain'),
    rowWords: (embedDim) => embedDim,
    steps: (embedDim) => embedDim,
    packsQueries: false,
  },
  f16: {
    title: 'f16',
    modules: products('lib/load/half'),
    rowWords: (embedDim) => ceilDiv(embedDim, 2),
    steps: (embedDim) => embedDim,
    pack: (rows, embedDim) => packed(rows, embedDim, ceilDiv(embedDim, 2), packHalves),
    packsQueries: false,
    unpack: (words, embedDim) => fromHalf(new Uint16Array(words.buffer, words.byteOffset, embedDim)),
  },
  int8: {
    title: 'int8, a scale for each row',
    modules: packedWords('retrieve/lib/packing/bytes'),
    rowWords: (embedDim) => ceilDiv(embedDim, 4) + 1,
    steps: (embedDim) => ceilDiv(embedDim, 4),
    pack: (rows, embedDim) => packed(rows, embedDim, ceilDiv(embedDim, 4) + 1, packBytes),
    packsQueries: true,
    unpack(words, embedDim) {
      const bytes = new Int8Array(words.buffer, words.byteOffset, embedDim);
      const [scale = NaN] = new Float32Array(words.buffer, words.byteOffset + 4 * (words.length - 1), 1);
      return Float64Array.from(bytes, (byte) => byte * scale);
    },
  },
  binary: {
    title: 'signs, a bit each',
    modules: packedWords('retrieve/lib/packing/signs'),
    rowWords: (embedDim) => ceilDiv(embedDim, 32),
    steps: (embedDim) => ceilDiv(embedDim, 32),
    pack: (rows, embedDim) => packed(rows, embedDim, ceilDiv(embedDim, 32), packSigns),
    packsQueries: true,
    unpack: (words, embedDim) =>
      Float64Array.from({ length: embedDim }, (_, at) =>
        (((words[at >> 5] ?? 0) >>> (at & 31)) & 1) === 1 ? 1 : -1,
      ),
  },
} as const satisfies Record<string, StorageKind>;

export type Storage = keyof typeof STORAGES;

/** The kind of that name, as all kinds are seen. */
export const storageOf = (storage: Storage): StorageKind => STORAGES[storage];

/** Bytes of a document as the walk reads it. */
export const rowBytes = (storage: Storage, embedDim: number): number =>
  4 * STORAGES[storage].rowWords(embedDim);

function packed(
  rows: Float32Array,
  embedDim: number,
  rowWords: number,
  packRow: (row: Float32Array, words: Uint32Array<ArrayBuffer>) => void,
): Uint32Array<ArrayBuffer> {
  const count = rows.length / embedDim;
  const words = new Uint32Array(count * rowWords);
  for (let row = 0; row < count; row++) {
    packRow(
      rows.subarray(row * embedDim, (row + 1) * embedDim),
      words.subarray(row * rowWords, (row + 1) * rowWords),
    );
  }
  return words;
}

const packHalves = (row: Float32Array, words: Uint32Array<ArrayBuffer>): void => {
  new Uint16Array(words.buffer, words.byteOffset, row.length).set(toHalf(row));
};

/** A row with an infinity or NaN gets a scale of NaN, so that all its scores are NaN. */
function packBytes(row: Float32Array, words: Uint32Array<ArrayBuffer>): void {
  let [largest, finite] = [0, true];
  for (const element of row) {
    if (!Number.isFinite(element)) finite = false;
    largest = Math.max(largest, Math.abs(element));
  }
  const scale = finite ? Math.fround(largest / LARGEST_BYTE) : NaN;
  new Float32Array(words.buffer, words.byteOffset + 4 * (words.length - 1), 1)[0] = scale;
  if (!(scale > 0)) return;
  const bytes = new Int8Array(words.buffer, words.byteOffset, row.length);
  for (let at = 0; at < row.length; at++) {
    const whole = Math.round((row[at] ?? NaN) / scale);
    bytes[at] = Math.min(LARGEST_BYTE, Math.max(-LARGEST_BYTE, whole));
  }
}

/** Only what is above 0 is +1: not 0, and not NaN. */
function packSigns(row: Float32Array, words: Uint32Array<ArrayBuffer>): void {
  for (let at = 0; at < row.length; at++) {
    if ((row[at] ?? NaN) > 0) words[at >> 5] = (words[at >> 5] ?? 0) | (1 << (at & 31));
  }
}
