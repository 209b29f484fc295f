import type { Params } from '../../../core/variant.ts';
import {
  ceilDiv,
  read,
  readWrite,
  typedBuffer,
  type Binding,
  type Pass,
  type PlanBuffer,
  type TileVisits,
} from '../../../core/plan.ts';
import { tileShape } from '../../../tile/tile-params.ts';
import { attentionPass } from './pass.ts';
import { classGroups, isMasked } from './classes.ts';
import { tiledPass } from './tiled.ts';
import { groupSize, type AttentionProblem } from '../problem.ts';
import { visibleTiles } from '../visible-tiles.ts';

const CLASSES = 'tileClasses';
const WORKGROUP_SIZE = 64;

/** What a forward kernel on `attention/lib/tile.wesl` needs, to skip what nobody sees and to mask no more than it must. */
export interface Tiling {
  readonly buffers: readonly PlanBuffer[];
  /** Before the kernel's own. */
  readonly passes: readonly Pass[];
  /** Conditions, constants, modules and workgroups of the kernel's pass. */
  readonly pass: Pick<Pass, 'conditions' | 'constants' | 'modules' | 'workgroups'>;
  /** To be added to the kernel's. */
  readonly bindings: readonly Binding[];
  readonly tiles: TileVisits;
  /** How often row blocks read keys and values whole in one walk, masks aside. */
  readonly keyReads: number;
}

/**
 * Where masks hide keys, a pass of its own first classifies every tile; else bands and lengths say all there is.
 * @param walks how many times the kernels walk the tiles
 */
export function tiling(problem: AttentionProblem, params: Params, walks: number): Tiling {
  const pass = tiledPass(problem, params);
  const { blockM, blockN } = tileShape(params);
  const rowBlocks = ceilDiv(groupSize(problem) * problem.seqLenQ, blockM);
  const perGroup = rowBlocks * ceilDiv(problem.seqLenKV, blockN);
  const groups = problem.batch * problem.numKVHeads;
  const total = walks * groups * perGroup;
  const inReach = visibleTiles(problem, blockM, blockN);
  const keyReads = inReach / (groups * ceilDiv(problem.seqLenKV, blockN));
  if (!isMasked(problem)) {
    const visited = walks * inReach;
    return { buffers: [], passes: [], pass, bindings: [], tiles: { visited, total }, keyReads };
  }
  const classified = classGroups(problem) * perGroup;
  return {
    buffers: [typedBuffer('workspace', CLASSES, 'u32', classified)],
    passes: [
      attentionPass(problem, {
        ...pass,
        label: 'classify tiles',
        shader: 'attention/classify_tiles',
        constants: { ...pass.constants, WORKGROUP_SIZE },
        bindings: readWrite({ classes: CLASSES }),
        workgroups: ceilDiv(classified, WORKGROUP_SIZE),
        // About ten operations a pair, if none stops early.
        flops: 10 * classified * blockM * blockN,
      }),
    ],
    pass: { ...pass, modules: { ...pass.modules, walk: 'attention/lib/walk/classified' } },
    bindings: read(CLASSES),
    tiles: { visited: { buffer: CLASSES, each: (walks * groups) / classGroups(problem) }, total },
    keyReads,
  };
}
