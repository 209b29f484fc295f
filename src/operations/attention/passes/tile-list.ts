import {
  ceilDiv,
  read,
  readWrite,
  typedBuffer,
  u32,
  type Binding,
  type Pass,
  type PlanBuffer,
} from '../../../core/plan.ts';
import { groupSize, type AttentionProblem } from '../problem.ts';
import { startOf } from '../shard.ts';
import { classGroups } from './classes.ts';
import { attentionPass } from './pass.ts';

const WORKGROUP_SIZE = 64;

/** Rows and keys of a tile. */
export interface TileExtents {
  readonly rows: number;
  readonly keys: number;
}

/** Lists of the tiles that masks leave: for each row block its key tiles, or for each block of keys its row tiles. */
export interface TileLists {
  readonly buffers: readonly PlanBuffer[];
  /** Classify every tile, then list those that are not empty. */
  readonly passes: readonly Pass[];
  /** For kernels that walk the lists. */
  readonly bindings: readonly Binding[];
  readonly conditions: Pass['conditions'];
  /** The class of every tile, 0 where it is empty. */
  readonly classes: string;
}

/** @param pass conditions, constants and modules of the kernels that walk the lists */
export function tileLists(
  problem: AttentionProblem,
  pass: Pick<Pass, 'conditions' | 'constants' | 'modules'>,
  by: 'row' | 'key',
  extents: TileExtents,
): TileLists {
  const groups = classGroups(problem);
  const rowTiles = ceilDiv(groupSize(problem) * problem.seqLenQ, extents.rows);
  const keyTiles = ceilDiv(problem.seqLenKV, extents.keys);
  const [blocks, tiles] = by === 'row' ? [rowTiles, keyTiles] : [keyTiles, rowTiles];
  const [classes, lists] =
    by === 'row' ? ['tileClasses', 'tileList'] : ['transposedTileClasses', 'transposedTileList'];
  const classified = groups * rowTiles * keyTiles;
  return {
    buffers: [
      typedBuffer('workspace', classes, 'u32', classified),
      typedBuffer('workspace', lists, 'u32', groups * blocks * (1 + tiles)),
    ],
    passes: [
      attentionPass(problem, {
        ...pass,
        label: `classify tiles by ${by}`,
        shader: 'attention/classify_tiles',
        constants: { ...pass.constants, BLOCK_M: extents.rows, BLOCK_N: extents.keys, WORKGROUP_SIZE },
        bindings: readWrite({ classes }),
        workgroups: ceilDiv(classified, WORKGROUP_SIZE),
        // About ten operations a pair, if none stops early; or a block.
        flops: 10 * classified * (asksPairs(problem) ? extents.rows * extents.keys : 1),
      }),
      {
        label: `list tiles by ${by}`,
        shader: 'attention/list_tiles',
        conditions: {},
        constants: { WORKGROUP_SIZE },
        uniforms: [
          u32('groups', groups),
          u32('blocks', blocks),
          u32('tiles', tiles),
          u32('block_stride', by === 'row' ? keyTiles : 1),
          u32('tile_stride', by === 'row' ? 1 : keyTiles),
        ],
        bindings: [...read({ classes }), ...readWrite({ lists })],
        workgroups: ceilDiv(groups * blocks, WORKGROUP_SIZE),
        flops: classified,
      },
    ],
    bindings: read({ tile_list: lists }),
    conditions: { BLOCKS_LISTED: liesInBlocks(problem, extents) },
    classes,
  };
}

const asksPairs = ({ maskShape, maskMod }: AttentionProblem): boolean =>
  maskShape !== undefined || maskMod !== undefined;

/** Whether no tile has parts of two blocks of the block mask. Tiles with rows of two groups have. */
function liesInBlocks(problem: AttentionProblem, { rows, keys }: TileExtents): boolean {
  const { blockMask, seqLenQ } = problem;
  if (blockMask === undefined) return false;
  const { firstQuery, firstKey } = startOf(problem);
  if (firstQuery % rows !== 0 || firstKey % keys !== 0) return false;
  const oneHead = groupSize(problem) === 1 || seqLenQ % rows === 0;
  return oneHead && blockMask.blockM % rows === 0 && blockMask.blockN % keys === 0;
}
