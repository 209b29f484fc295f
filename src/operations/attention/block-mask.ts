import { sizeOf } from '../../core/tensor.ts';

/** Which blocks of query tokens and keys are seen, as plain data. */
export interface BlockMask {
  /** Query tokens of a block. */
  readonly blockM: number;
  /** Keys of a block. */
  readonly blockN: number;
  /** [1 or batch, 1 or numHeads, rows of blocks, blocks of keys] */
  readonly shape: readonly number[];
  /** One bit a block, the first in the lowest bit of the first word; eight hexadecimal digits a word. */
  readonly bits: string;
}

/** Blocks as a call has them: 0 hides. */
export interface Blocks {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** A block mask as a call's argument has it. */
export interface BlockMaskArgument {
  readonly blockM: number;
  readonly blockN: number;
  readonly blocks: Blocks;
}

/** The mask of some blocks. */
export function packBlocks({ blockM, blockN, blocks }: BlockMaskArgument): BlockMask {
  const words = new Uint32Array(Math.ceil(blocks.data.length / 32));
  blocks.data.forEach((shown, block) => {
    if (shown !== 0) words[block >> 5] = (words[block >> 5] ?? 0) | (1 << (block & 31));
  });
  const bits = Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');
  return { blockM, blockN, shape: [...blocks.shape], bits };
}

/** The bits of a mask, 32 to a word: as the shaders read them. */
export const blockWords = ({ bits }: BlockMask): Uint32Array =>
  Uint32Array.from({ length: bits.length / 8 }, (_, word) =>
    parseInt(bits.slice(8 * word, 8 * word + 8), 16),
  );

/** Strides of entries, heads and rows of blocks, in blocks; 0 where the mask is broadcast. */
export function blockStrides({ shape }: BlockMask): readonly [entry: number, head: number, row: number] {
  const [entries = 1, heads = 1, rows = 1, columns = 1] = shape;
  return [entries === 1 ? 0 : heads * rows * columns, heads === 1 ? 0 : rows * columns, columns];
}

/** Whether the query of a head sees a key, as far as the mask says. */
export function blockVisibility(
  mask: BlockMask,
): (entry: number, head: number, query: number, key: number) => boolean {
  const words = blockWords(mask);
  const [byEntry, byHead, byRow] = blockStrides(mask);
  const { blockM, blockN } = mask;
  return (entry, head, query, key) => {
    const row = Math.floor(query / blockM);
    const block = entry * byEntry + head * byHead + row * byRow + Math.floor(key / blockN);
    return (((words[block >> 5] ?? 0) >>> (block & 31)) & 1) === 1;
  };
}

/** The share of all blocks that is seen. */
export function shownShare(mask: BlockMask): number {
  let shown = 0;
  for (let word of blockWords(mask)) {
    for (; word !== 0; word &= word - 1) shown++;
  }
  return shown / sizeOf(mask.shape);
}
