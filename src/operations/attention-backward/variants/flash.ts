import type { DeviceProfile } from '../../../core/device-profile.ts';
import type { Params, Variant } from '../../../core/variant.ts';
import {
  ceilDiv,
  floatBuffer,
  floatBytes,
  read,
  readWrite,
  u32,
  type Binding,
  type Pass,
  type Plan,
} from '../../../core/plan.ts';
import {
  ATTENTION_TILE_PARAMS,
  colsPerInvocation,
  isRagged,
  stagesWhole,
  tileFits,
  tileShape,
  tileSpec,
  wholeStageBytes,
  type TileShape,
} from '../../../tile/tile-params.ts';
import { statsBytes } from '../../attention/passes/buffers.ts';
import { mendPass } from '../../attention/passes/mend.ts';
import { attentionPass } from '../../attention/passes/pass.ts';
import {
  COPIES,
  gradientsIn,
  operandsOf,
  rotatedBuffers,
  rotatePasses,
  turnBackPasses,
} from '../../attention/passes/rotate.ts';
import { outputKernelBytes, tiledPass, tiledSupports } from '../../attention/passes/tiled.ts';
import {
  tiledDefaults,
  wholeDefaults,
  widestLoads,
  type WholeTile,
} from '../../attention/passes/defaults.ts';
import { moved } from '../../../core/traffic.ts';
import { isBent } from '../../attention/options/score-steps.ts';
import { attentionSizes, groupSize } from '../../attention/problem.ts';
import { isMasked } from '../../attention/passes/classes.ts';
import { tileLists, type TileLists } from '../../attention/passes/tile-list.ts';
import { tiling } from '../../attention/passes/tiling.ts';
import { attentionFlops } from '../../attention/visibility.ts';
import { biasPasses, biasWorkspace } from '../passes/bias.ts';
import { attentionBackwardOptions } from '../options.ts';
import { backwardBuffers } from '../passes/buffers.ts';
import type { AttentionBackwardProblem } from '../problem.ts';
import { mendKeyValuePass, mendQueryPass } from '../passes/mend.ts';
import { sinksPass, sinkTerms } from '../passes/sums.ts';

const WORKGROUP_SIZE = 64;

type TiledPass = Pick<Pass, 'conditions' | 'constants' | 'modules' | 'workgroups'>;

/**
 * Tiles by vendor that are staged whole. Beside each: the bound of the query and of the key and value gradient, as in the
 * forward's table; then that of a tile that is staged in parts.
 */
const WHOLE_TILES: Readonly<Record<string, WholeTile>> = {
  amd: { rows: 2, cols: 4, fewest: 2 }, // RX 7900 XTX: 86 and 87 %, 12 waves; in parts 79 and 82 %, 4 waves
};

export const flash: Variant<AttentionBackwardProblem> = {
  id: 'flash',
  title: 'Flash, tiles recomputed',
  idea: 'Keep two numbers per row and compute every tile of probabilities again: once to own queries, once to own keys.',
  params: ATTENTION_TILE_PARAMS,
  defaults(problem, device) {
    const needs = {
      width: gradientWidth(problem),
      sums: 2,
      numRows: problem.seqLenKV,
      flops: attentionFlops(problem),
      vectorWidth: widestLoads(problem),
    };
    const staged = {
      length: problem.headDim + problem.headDimV,
      bytes: (tile: TileShape) => gradientBytes(problem, tile),
    };
    return (
      wholeDefaults(WHOLE_TILES[device.vendor ?? ''], needs, staged, device) ?? tiledDefaults(needs, device)
    );
  },
  supports(problem, params, device) {
    const forward = tiledSupports(problem, params, device);
    return forward === true ? gradientsFit(problem, params, device) : forward;
  },
  plan(problem, params): Plan {
    const { lse: numRows, output } = attentionSizes(problem);
    const { batch, numKVHeads, seqLenKV, headDim } = problem;
    // Forward and query gradient walk the same tiles; the keys' are others, and the bias's go unclassified.
    const { buffers, passes, pass, bindings, keyReads } = tiling(problem, params, 1);
    const byKey = keyTiling(problem, params);
    const keys = batch * numKVHeads * seqLenKV;
    const workspace = (name: string, count: number) => floatBuffer('workspace', name, count);
    return {
      buffers: [
        ...backwardBuffers(problem),
        ...rotatedBuffers(problem),
        workspace('output', output),
        { name: 'rowStats', role: 'workspace', bytes: statsBytes(problem) },
        workspace('rowData', 4 * numRows),
        ...(isTwoTerm(problem) ? [workspace('deltas', numRows)] : []),
        workspace('packedRows', numRows * packedWidth(problem)),
        workspace('packedKeys', keys * packedWidth(problem)),
        ...(problem.sinks === true ? [workspace('sinkTerms', numRows)] : []),
        ...biasWorkspace(problem),
        ...buffers,
        ...byKey.buffers,
      ],
      passes: [
        ...passes,
        ...rotatePasses(problem),
        ...preparingPasses(problem, pass, bindings, keyReads),
        ...deltaPasses(problem, params, pass, bindings, keyReads),
        queryPass(problem, params, pass, bindings, keyReads),
        mendQueryPass(problem),
        ...byKey.passes,
        keyValuePass(problem, params, keyReads, byKey),
        mendKeyValuePass(problem),
        ...turnBackPasses(problem, COPIES),
        ...biasPasses(problem, gradientPass(problem, tiledPass(problem, params), params, headDim)),
        ...(problem.sinks === true ? [sinksPass(problem)] : []),
      ],
    };
  },
};

/** Elements of a row that holds two vectors side by side, and perhaps the second terms of the first. */
const packedWidth = ({ headDim, headDimV, rope, scorePrecision }: AttentionBackwardProblem): number =>
  headDim + headDimV + (rope !== undefined && scorePrecision === 'two-term' ? headDim : 0);

/** Columns of dK and dV, which are held side by side. */
const gradientWidth = ({ headDim, headDimV }: AttentionBackwardProblem): number =>
  Math.max(headDim, headDimV);

/** `true`, or why a device cannot hold the sums of dK and dV. */
function gradientsFit(
  problem: AttentionBackwardProblem,
  params: Params,
  device: DeviceProfile,
): true | string {
  const tile = tileShape(params);
  const perRow = Math.max(tile.cols, 2 * colsPerInvocation(tile, gradientWidth(problem)));
  return tileFits(tile, tile.rows * perRow, gradientBytes(problem, tile), device);
}

function gradientBytes(problem: AttentionBackwardProblem, tile: TileShape): number {
  const { headDim, headDimV, biasShape } = problem;
  if (!stagesWhole(tile, headDim + headDimV)) return outputKernelBytes(tile);
  // A bias that is shared by queries is summed over the rows of a tile.
  const columnParts = biasShape === undefined ? 0 : (tile.blockM / tile.rows) * tile.blockN;
  return wholeStageBytes(tile, headDim, gradientWidth(problem)) + floatBytes(columnParts);
}

/** Output and statistics of every row, and operands side by side. */
function preparingPasses(
  problem: AttentionBackwardProblem,
  pass: TiledPass,
  bindings: readonly Binding[],
  keyReads: number,
): Pass[] {
  const { batch, numKVHeads, seqLenKV } = problem;
  const { lse: numRows } = attentionSizes(problem);
  const { query, key } = operandsOf(problem);
  return [
    attentionPass(problem, {
      ...pass,
      conditions: { ...pass.conditions, KEEP_STATS: true },
      label: 'flash forward',
      shader: 'attention/flash_forward',
      bindings: [
        ...read({ left: query }),
        ...moved(keyReads, read({ right: key, values: 'value' })),
        ...readWrite('output', 'rowStats'),
        ...bindings,
      ],
      flops: attentionFlops(problem),
    }),
    mendPass(problem, { rows: { stats: 'rowStats' } }),
    packPass(problem, 'pack rows', query, 'outputGrad', 'packedRows', numRows),
    packPass(problem, 'pack keys', key, 'value', 'packedKeys', batch * numKVHeads * seqLenKV),
  ];
}

const isTwoTerm = ({ scorePrecision }: AttentionBackwardProblem): boolean => scorePrecision === 'two-term';

/** Passes that find the data of each row, delta above all: from its output, or in two-term problems tile by tile. */
function deltaPasses(
  problem: AttentionBackwardProblem,
  params: Params,
  pass: TiledPass,
  bindings: readonly Binding[],
  keyReads: number,
): Pass[] {
  const { headDimV } = problem;
  const { lse: numRows } = attentionSizes(problem);
  const tiled = gradientPass(problem, pass, params, headDimV);
  const sums = attentionPass(problem, {
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
  const finish = attentionPass(
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
  return isTwoTerm(problem) ? [sums, finish] : [finish];
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
  bindings: readonly Binding[],
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
