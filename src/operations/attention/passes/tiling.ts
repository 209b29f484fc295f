import type { Params } from '../../../core/variant.ts';
import { ceilDiv, type Binding, type Pass, type PlanBuffer, type TileVisits } from '../../../core/plan.ts';
import { classGroups, isMasked } from './classes.ts';
import { shownShare } from '../block-mask.ts';
import { tileLists } from './tile-list.ts';
import { tiledPass } from './tiled.ts';
import { groupSize, type AttentionProblem } from '../problem.ts';
import { walkedSlots } from '../selected.ts';
import { visibleTiles } from '../visible-tiles.ts';

/** Conditions, constants, modules and workgroups of a kernel that walks tiles of BLOCK_M rows and BLOCK_N keys. */
export interface TilingPass extends Pick<Pass, 'conditions' | 'modules' | 'workgroups'> {
  readonly constants: Pass['constants'] & { readonly BLOCK_M: number; readonly BLOCK_N: number };
}

/** The parts that a forward kernel on `attention/lib/tile.wesl` needs to skip hidden tiles and to mask partly hidden ones alone. */
export interface Tiling {
  readonly buffers: readonly PlanBuffer[];
  /** Before the kernel's own. */
  readonly passes: readonly Pass[];
  /** Conditions, constants, modules and workgroups of the kernel's pass. */
  readonly pass: Omit<TilingPass, 'constants'> & Pick<Pass, 'constants'>;
  /** To be added to the kernel's. */
  readonly bindings: readonly Binding[];
  readonly tiles: TileVisits;
  /** How often row blocks read keys and values whole in one walk, mask tensors and modifiers aside. */
  readonly keyReads: number;
}

/**
 * Where masks hide keys, passes of their own first list the tiles that they leave; else bands and lengths say all there is.
 * @param walks how many times the kernels walk the tiles
 * @param pass of a kernel with other parameters than a tile's
 */
export function tiling(
  problem: AttentionProblem,
  params: Params,
  walks: number,
  pass: TilingPass = tiledPass(problem, params),
): Tiling {
  const { BLOCK_M: blockM, BLOCK_N: blockN } = pass.constants;
  const rowBlocks = ceilDiv(groupSize(problem) * problem.seqLenQ, blockM);
  const perGroup = rowBlocks * ceilDiv(walkedSlots(problem), blockN);
  const groups = problem.batch * problem.numKVHeads;
  const total = walks * groups * perGroup;
  const inReach = visibleTiles(problem, blockM, blockN);
  const share = problem.blockMask === undefined ? 1 : shownShare(problem.blockMask);
  const keyReads = (share * inReach) / (groups * ceilDiv(problem.seqLenKV, blockN));
  // Masks are asked for each chosen key.
  if (!isMasked(problem) || problem.selected !== undefined) {
    const visited = walks * inReach;
    return { buffers: [], passes: [], pass, bindings: [], tiles: { visited, total }, keyReads };
  }
  const lists = tileLists(problem, pass, 'row', { rows: blockM, keys: blockN });
  return {
    buffers: lists.buffers,
    passes: lists.passes,
    pass: {
      ...pass,
      conditions: { ...pass.conditions, ...lists.conditions },
      modules: { ...pass.modules, walk: 'attention/lib/walk/list' },
    },
    bindings: lists.bindings,
    tiles: { visited: { buffer: lists.classes, each: (walks * groups) / classGroups(problem) }, total },
    keyReads,
  };
}
