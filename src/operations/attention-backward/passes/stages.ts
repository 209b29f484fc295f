import { moved } from '../../../core/traffic.ts';
import type { Params } from '../../../core/variant.ts';
import {
  ceilDiv,
  floatBuffer,
  read,
  readWrite,
  u32,
  type Pass,
  type PlanBuffer,
} from '../../../core/plan.ts';
import { colsPerInvocation, isRagged, stagesWhole, tileShape, tileSpec } from '../../../tile/tile-params.ts';
import { isMasked } from '../../attention/passes/classes.ts';
import { attentionPass } from '../../attention/passes/pass.ts';
import { COPIES, gradientsIn, operandsOf, turnBackPasses } from '../../attention/passes/rotate.ts';
import { tiledPass } from '../../attention/passes/tiled.ts';
import { tileLists, type TileLists } from '../../attention/passes/tile-list.ts';
import type { Tiling } from '../../attention/passes/tiling.ts';
import { isBent } from '../../attention/options/score-steps.ts';
import { attentionSizes, groupSize } from '../../attention/problem.ts';
import { attentionFlops } from '../../attention/visibility.ts';
import { attentionBackwardOptions } from '../options.ts';
import type { AttentionBackwardProblem } from '../problem.ts';
import { biasPasses, biasWorkspace } from './bias.ts';
import { mendKeyValuePass, mendQueryPass } from './mend.ts';
import { sinkTerms } from './sums.ts';

const WORKGROUP_SIZE = 64;

type TiledPass = Pick<Pass, 'conditions' | 'constants' | 'modules' | 'workgroups'>;

/** Passes, and the workspace that they need. */
export interface Stage {
  readonly buffers: readonly PlanBuffer[];
  readonly passes: readonly Pass[];
}

const workspace = (name: string, count: number): PlanBuffer => floatBuffer('workspace', name, count);

/** Elements of a row that holds two vectors side by side, and perhaps the second terms of the first. */
const packedWidth = ({ headDim, headDimV, rope, scorePrecision }: AttentionBackwardProblem): number =>
  headDim + headDimV + (rope !== undefined && scorePrecision === 'two-term' ? headDim : 0);

/** Columns of dK and dV, which are held side by side. */
export const gradientWidth = ({ headDim, headDimV }: AttentionBackwardProblem): number =>
  Math.max(headDim, headDimV);

export const isTwoTerm = ({ scorePrecision }: AttentionBackwardProblem): boolean =>
  scorePrecision === 'two-term';

/** Operands of dot products side by side: query and gradient of the output, key and value. */
export function operandStage(problem: AttentionBackwardProblem): Stage {
  const { query, key } = operandsOf(problem);
  const { lse: numRows } = attentionSizes(problem);
  const keys = problem.batch * problem.numKVHeads * problem.seqLenKV;
  return {
    buffers: [
      workspace('packedRows', numRows * packedWidth(problem)),
      workspace('packedKeys', keys * packedWidth(problem)),
    ],
    passes: [
      packPass(problem, 'pack rows', query, 'outputGrad', 'packedRows', numRows),
      packPass(problem, 'pack keys', key, 'value', 'packedKeys', keys),
    ],
  };
}

/** The delta of each row without that of the lse, tile by tile, from `rowStats` into `deltas`: where scores have two terms. */
export function deltaPass(
  problem: AttentionBackwardProblem,
  params: Params,
  { pass, bindings, keyReads }: Tiling,
): Pass {
  const tiled = gradientPass(problem, pass, params, problem.headDimV);
  return attentionPass(problem, {
    ...tiled,
    modules: {
      ...tiled.modules,
      chain: 'attention/lib/chain/to_scores',
      row_source: 'attention/lib/row_source/stats',
    },
    label: 'flash delta, tile by tile',
    shader: 'attention/flash_backward_delta',
    bindings: [
      ...read({ left: 'packedRows' }),
      ...moved(keyReads, read({ right: 'packedKeys' })),
      ...read('rowStats'),
      ...readWrite('deltas'),
      ...bindings,
    ],
    flops: attentionFlops(problem),
  });
}

/** The data of each row, from `rowStats`, and from its output or, where scores have two terms, from `deltas`. */
export function rowDataPass(problem: AttentionBackwardProblem): Pass {
  const { headDimV } = problem;
  const { lse: numRows } = attentionSizes(problem);
  return attentionPass(
    problem,
    {
      label: 'flash delta',
      shader: 'attention/backward_rows',
      constants: { WORKGROUP_SIZE, WIDTH: headDimV },
      bindings: [
        ...(isTwoTerm(problem) ? read('rowStats', 'deltas') : read('rowStats', 'output', 'outputGrad')),
        ...readWrite('rowData'),
        ...sinkTerms(problem),
      ],
      workgroups: ceilDiv(numRows, WORKGROUP_SIZE),
      flops: 2 * numRows * headDimV,
    },
    attentionBackwardOptions,
  );
}

/** All gradients but those of sinks, from `rowData` and the operands side by side. */
export function gradientStage(problem: AttentionBackwardProblem, params: Params, tiles: Tiling): Stage {
  const { pass, bindings, keyReads } = tiles;
  // Forward and query gradient walk the same tiles; the keys' are others, and the bias's go unclassified.
  const byKey = keyTiling(problem, params);
  return {
    buffers: [...biasWorkspace(problem), ...byKey.buffers],
    passes: [
      queryPass(problem, params, pass, bindings, keyReads),
      mendQueryPass(problem),
      ...byKey.passes,
      keyValuePass(problem, params, keyReads, byKey),
      mendKeyValuePass(problem),
      ...turnBackPasses(problem, COPIES),
      ...biasPasses(problem, gradientPass(problem, tiledPass(problem, params), params, problem.headDim)),
    ],
  };
}

function packPass(
  problem: AttentionBackwardProblem,
  label: string,
  first: string,
  second: string,
  packed: string,
  numRows: number,
): Pass {
  const { headDim, headDimV } = problem;
  const elements = numRows * packedWidth(problem);
  return attentionPass(problem, {
    label,
    shader: 'attention/backward_pack',
    conditions: { LEFT_COPIED: first === COPIES.query || first === COPIES.key },
    constants: { WORKGROUP_SIZE, DEPTH: headDim, WIDTH: headDimV },
    uniforms: [u32('num_rows', numRows)],
    bindings: [...read({ first, second }), ...readWrite({ packed })],
    workgroups: ceilDiv(elements, WORKGROUP_SIZE),
    flops: elements,
  });
}

/**
 * The parts that passes on `attention/lib/gradient.wesl` share.
 * @param width of the sums that they hold
 */
function gradientPass(problem: AttentionBackwardProblem, pass: TiledPass, params: Params, width: number) {
  const { headDim, headDimV } = problem;
  const tile = tileShape(params);
  return {
    ...pass,
    modules: {
      ...pass.modules,
      load: 'lib/load/packed',
      chain: `attention/lib/chain/${isBent(problem) ? 'to_dots' : 'to_bias'}`,
      row_source: 'attention/lib/row_source/data',
    },
    conditions: {
      ...pass.conditions,
      ...tileSpec(tile, headDim, stagesWhole(tile, headDim + headDimV)).conditions,
      PACKED: true,
      RAGGED: isRagged(headDim) || isRagged(headDimV),
    },
    constants: { ...pass.constants, COLS_V: colsPerInvocation(tile, width) },
  };
}

function queryPass(
  problem: AttentionBackwardProblem,
  params: Params,
  pass: TiledPass,
  bindings: Tiling['bindings'],
  keyReads: number,
): Pass {
  const { headDim, headDimV } = problem;
  return attentionPass(problem, {
    ...gradientPass(problem, pass, params, headDim),
    label: 'flash query gradient',
    shader: 'attention/flash_backward_query',
    bindings: [
      ...read({ left: 'packedRows' }),
      ...moved(keyReads, read({ right: 'packedKeys' })),
      ...read('rowData'),
      ...readWrite({ query_grad: gradientsIn(problem, COPIES).query }),
      ...bindings,
    ],
    flops: (attentionFlops(problem) * (2 * headDim + headDimV)) / (headDim + headDimV),
  });
}

/** Buffers and passes by which the key and value gradient walks rows. Where masks hide keys, each block of keys has a list of row tiles. */
function keyTiling(problem: AttentionBackwardProblem, params: Params): KeyTiling {
  if (!isMasked(problem)) {
    return { buffers: [], passes: [], bindings: [], conditions: {}, walk: 'attention/lib/walk/rows_range' };
  }
  const { blockM, blockN } = tileShape(params);
  const lists = tileLists(problem, tiledPass(problem, params), 'key', { rows: blockN, keys: blockM });
  return { ...lists, walk: 'attention/lib/walk/rows_list' };
}

interface KeyTiling extends Pick<TileLists, 'buffers' | 'passes' | 'bindings' | 'conditions'> {
  readonly walk: string;
}

function keyValuePass(
  problem: AttentionBackwardProblem,
  params: Params,
  keyReads: number,
  tiling: KeyTiling,
): Pass {
  const { batch, numKVHeads, seqLenKV } = problem;
  const pass = gradientPass(problem, tiledPass(problem, params), params, gradientWidth(problem));
  const { rows, cols, blockM } = tileShape(params);
  const keyBlocks = ceilDiv(seqLenKV, blockM);
  const rowBlocks = ceilDiv(groupSize(problem) * problem.seqLenQ, blockM);
  // Masks are symmetric: rows see `keyReads` of the keys, so keys see the same share of the rows.
  const rowReads = (keyBlocks * keyReads) / rowBlocks;
  return attentionPass(problem, {
    ...pass,
    conditions: { ...pass.conditions, ...tiling.conditions },
    modules: { ...pass.modules, owned: 'attention/lib/owned/keys', walk: tiling.walk },
    constants: { ...pass.constants, QUERIES: cols, KEYS: rows },
    label: 'flash key and value gradient',
    shader: 'attention/flash_backward_key_value',
    bindings: [
      ...read({ left: 'packedKeys' }),
      ...moved(rowReads, read({ right: 'packedRows' }, 'rowData')),
      ...readWrite({ key_grad: gradientsIn(problem, COPIES).key }, 'valueGrad'),
      ...tiling.bindings,
    ],
    workgroups: batch * numKVHeads * keyBlocks,
    flops: 2 * attentionFlops(problem),
  });
}
