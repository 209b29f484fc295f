import { isInteger } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import { ceilDiv, u32 } from '../../../core/plan.ts';
import { describe, formatShape, sizeOf } from '../../../core/tensor.ts';
import {
  blockStrides,
  blockVisibility,
  blockWords,
  packBlocks,
  type BlockMask,
  type BlockMaskArgument,
} from '../block-mask.ts';
import { blockMasks } from '../block-masks/index.ts';
import type { Blocked, BlockMaskPreset } from '../block-masks/preset.ts';
import type { AttentionProblem } from '../problem.ts';
import { startOf, wholeOf } from '../shard.ts';
import { MASKS, option } from './option.ts';
import type { ScoreStep } from './score-step.ts';

const byName: ReadonlyMap<string, BlockMaskPreset<Blocked>> = new Map(
  Object.entries<BlockMaskPreset<Blocked>>(blockMasks),
);

export const blockMask = option({
  name: 'blockMask',
  title: 'Block mask',
  help: 'hide whole blocks of keys from whole blocks of queries, so that no tile of them is visited: bigBird:block=64,window=1,globals=1,random=2',
  flag: '--block-mask <name:params>',
  group: MASKS,
  control: {
    kind: 'preset',
    presets: [...byName].map(([value, { title, example }]) => ({ value, label: title, example })),
  },
  unset: 'none',
  alsoCalled: ['blockMask.blocks.shape'],
  example: 'slidingTile:block=16,before=1,after=0',
  apply({ name, params }, { seqLenQ = 1, seqLenKV = seqLenQ }) {
    const found = byName.get(name);
    if (found === undefined) throw new ShapeError('blockMask', 'one of the presets', name);
    const chosen: Blocked = { ...found.example, ...params };
    try {
      return { blockMask: packBlocks(found.blockMask({ seqLenQ, seqLenKV }, chosen)) };
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      throw new ShapeError('blockMask', `${error.argument} to be ${error.expected}`, error.got);
    }
  },
  arguments: { blockMask: (value) => ({ fields: { blockMask: packBlocks(requireBlockMask(value)) } }) },
  condition: { name: 'BLOCK_MASK', about: 'hide whole blocks of keys from whole blocks of queries' },
  uniforms({ blockMask: mask }) {
    const [entry, head, row] = mask === undefined ? [0, 0, 0] : blockStrides(mask);
    return [
      u32('block_m', mask?.blockM ?? 1),
      u32('block_n', mask?.blockN ?? 1),
      u32('block_batch', entry),
      u32('block_head', head),
      u32('block_row', row),
    ];
  },
  data: {
    name: 'blockMask',
    dtype: 'u32',
    packed: true,
    count: ({ blockMask: mask }) => (mask?.bits.length ?? 0) / 8,
    values: ({ blockMask: mask }) => (mask === undefined ? new Uint32Array() : blockWords(mask)),
  },
  random(draw, { batch, numHeads, seqLenQ, seqLenKV }) {
    const [blockM, blockN] = [draw.oneOf(1, 4, 8, 13), draw.oneOf(3, 8, 16)];
    const shape = [
      draw.oneOf(1, batch),
      draw.oneOf(1, numHeads),
      ceilDiv(seqLenQ, blockM),
      ceilDiv(seqLenKV, blockN),
    ];
    const data = Uint8Array.from({ length: sizeOf(shape) }, () => draw.oneOf(0, 1, 1));
    return { blockMask: packBlocks({ blockM, blockN, blocks: { shape, data } }) };
  },
  check(problem) {
    const { blockMask: mask } = problem;
    if (mask !== undefined) checkShape(mask, wholeOf(problem));
  },
});

/** @throws ShapeError unless it is two extents and a tensor of bytes */
function requireBlockMask(value: unknown): BlockMaskArgument {
  if (typeof value !== 'object' || value === null) {
    throw new ShapeError('blockMask', 'an object: { blockM, blockN, blocks }', describe(value));
  }
  const { blockM, blockN, blocks } = value as Partial<BlockMaskArgument>;
  const { shape, data } = requireBlocks(blocks);
  return { blockM: extentOf('blockM', blockM), blockN: extentOf('blockN', blockN), blocks: { shape, data } };
}

function extentOf(name: 'blockM' | 'blockN', value: unknown): number {
  if (typeof value === 'number' && isInteger(value, 1, 2 ** 31)) return value;
  throw new ShapeError(`blockMask.${name}`, 'a whole number from 1 up', describe(value));
}

function requireBlocks(value: unknown): BlockMaskArgument['blocks'] {
  if (typeof value !== 'object' || value === null || !('shape' in value) || !('data' in value)) {
    throw new ShapeError('blockMask.blocks', 'a tensor of bytes: { shape, data }', describe(value));
  }
  const { shape, data } = value;
  const isShape = (list: unknown): list is number[] =>
    Array.isArray(list) && list.length === 4 && list.every((extent: number) => isInteger(extent, 1, 2 ** 31));
  if (!isShape(shape)) {
    throw new ShapeError('blockMask.blocks.shape', 'four positive integers', describe(shape));
  }
  if (!(data instanceof Uint8Array)) {
    throw new ShapeError('blockMask.blocks.data', 'a Uint8Array', describe(data));
  }
  if (data.length === sizeOf(shape)) return { shape, data };
  throw new ShapeError(
    'blockMask.blocks.data',
    `${sizeOf(shape)} elements for shape ${formatShape(shape)}`,
    `${data.length}`,
  );
}

/** @throws ShapeError unless the blocks cover all queries and keys, and are broadcast over entries and heads or not */
function checkShape(
  { blockM, blockN, shape }: BlockMask,
  { batch, numHeads, seqLenQ, seqLenKV }: AttentionProblem,
): void {
  const [entries, heads, ...covered] = shape;
  const needed = [ceilDiv(seqLenQ, blockM), ceilDiv(seqLenKV, blockN)];
  const fits =
    (entries === 1 || entries === batch) &&
    (heads === 1 || heads === numHeads) &&
    covered.length === 2 &&
    covered.every((extent, axis) => extent === needed[axis]);
  if (fits) return;
  throw new ShapeError(
    'blockMask.blocks.shape',
    `[1 or ${batch}, 1 or ${numHeads}, ${needed.join(', ')}] for blocks of ${blockM} × ${blockN}`,
    formatShape(shape),
  );
}

export const blockMaskStep: ScoreStep = {
  field: 'blockMask',
  onRow(problem, _, { entry, head, token }) {
    const { blockMask: mask } = problem;
    const { firstQuery, firstKey, firstHead } = startOf(problem);
    const sees = mask === undefined ? () => true : blockVisibility(mask);
    return {
      score: (before, key) =>
        sees(entry, firstHead + head, firstQuery + token, firstKey + key) ? before : -Infinity,
    };
  },
};
