import type { DeviceProfile } from '../../../core/device-profile.ts';
import type { Pass } from '../../../core/plan.ts';
import type { Params, Variant } from '../../../core/variant.ts';
import {
  FRAGMENT_BITS,
  fragmentType,
  hasMatrixUnits,
  MATRIX_PARAMS,
  matrixDefaults,
  matrixFits,
  matrixSpec,
  matrixUnits,
} from '../../../tile/matrix-units.ts';
import { tileInvocations, tileShape } from '../../../tile/tile-params.ts';
import { TILED_PARAMS, tiledDefaults, tiledSupports, workgroupBytes } from '../passes/tiling.ts';
import type { ContrastiveProblem } from '../problem.ts';
import { tiledPlan } from './tiled.ts';

/** Elements between rows of operands in workgroup memory, and between rows of sums: see `contrastive/lib/dots/fragments.wesl`. */
const PADDING = 8;
const SUM_PADDING = 4;

/** Parameters without use: fragments are all that is staged, and no quad owns rows. */
const UNUSED = ['stageDepth', 'quads'];

export const matrix: Variant<ContrastiveProblem> = {
  id: 'matrix',
  title: 'Tiled, matrix units',
  idea: 'Compute each tile of logits on the matrix units of subgroups; weigh embeddings as the tiled variant does.',
  params: [
    FRAGMENT_BITS,
    ...MATRIX_PARAMS,
    { name: 'unitDepth', about: 'elements staged for matrix units at a time', choices: [16, 32, 64] },
    ...TILED_PARAMS.filter(({ name }) => !UNUSED.includes(name)),
  ],
  needs: (device) => hasMatrixUnits(device, ['f16', 'f32']),
  defaults(problem, device) {
    const type = problem.dtype === 'f16' && matrixUnits(device, 'f16').length > 0 ? 'f16' : 'f32';
    const { chunkRows = 0 } = tiledDefaults(problem, device);
    const vectorWidth = problem.embedDim % 4 === 0 ? 4 : 1;
    const unit = { fragmentBits: type === 'f16' ? 16 : 32, ...matrixDefaults(device, type), unitDepth: 32 };
    const all = TILES.map((tile) => ({ ...unit, ...tile, vectorWidth, colsV: 4, chunkRows }));
    const usual = { ...unit, ...TILES[0], vectorWidth, colsV: 4, chunkRows };
    return all.find((params) => shapeFits(problem, params, device) === true) ?? usual;
  },
  supports(problem, params, device) {
    const { fragmentBits } = params;
    if (fragmentBits !== 16 && fragmentBits !== 32)
      return `fragmentBits must be 16 or 32, not ${fragmentBits}`;
    if (fragmentBits === 16 && problem.dtype !== 'f16')
      return 'fragments of f16 cannot hold embeddings of f32: fragmentBits must be 32';
    for (const fits of [
      matrixFits(params, device, fragmentType(params)),
      tiledSupports(problem, params, device),
      shapeFits(problem, params, device),
    ]) {
      if (fits !== true) return fits;
    }
    return true;
  },
  plan(problem, params) {
    const plan = tiledPlan(problem, params, false);
    return { ...plan, passes: plan.passes.map((pass) => onMatrixUnits(pass, params)) };
  },
};

/** Tiles to try, the best first. */
const TILES = [
  { blockM: 64, blockN: 64, rows: 4, cols: 4 },
  { blockM: 32, blockN: 64, rows: 4, cols: 4 },
  { blockM: 32, blockN: 32, rows: 2, cols: 4 },
  { blockM: 16, blockN: 32, rows: 2, cols: 2 },
] as const;

/** How the fragments of a tile are shared out: to subgroups one below another and side by side, as squarely as they can be. */
function shareOf(params: Params) {
  const { matrixM = 1, matrixN = 1, subgroup = 1 } = params;
  const tile = tileShape(params);
  const [down, across] = [tile.blockM / matrixM, tile.blockN / matrixN];
  const subgroups = tileInvocations(tile) / subgroup;
  const shares = powersOfTwo(subgroups).map((subgroupsM) => {
    const rows = down / Math.min(down, subgroupsM);
    const subgroupsN = Math.min(across, Math.max(1, subgroups / subgroupsM));
    return { rows, cols: across / subgroupsN, subgroupsN };
  });
  return shares.reduce((a, b) =>
    b.rows * b.cols + b.rows + b.cols < a.rows * a.cols + a.rows + a.cols ? b : a,
  );
}

/** 1, 2, 4 … up to `most`. */
const powersOfTwo = (most: number): number[] =>
  Array.from({ length: 1 + Math.floor(Math.log2(Math.max(1, most))) }, (_, exponent) => 2 ** exponent);

function shapeFits(
  problem: ContrastiveProblem,
  params: Params,
  { limits, subgroupMaxSize }: DeviceProfile,
): true | string {
  const { matrixM = 0, matrixN = 0, matrixK = 0, fragmentBits = 0, unitDepth = 0 } = params;
  const tile = tileShape(params);
  const { blockM, blockN } = tile;
  for (const [name, side, length] of [
    ['matrixM', matrixM, blockM],
    ['matrixN', matrixN, blockN],
    ['matrixK', matrixK, unitDepth],
    ['vectorWidth', tile.vectorWidth ?? 1, unitDepth],
  ] as const) {
    if (length < 1 || length % side !== 0) return `${name} ${side} does not divide ${length}`;
  }
  const invocations = tileInvocations(tile);
  if (invocations % subgroupMaxSize !== 0)
    return `${invocations} invocations a workgroup are no multiple of the largest subgroup, ${subgroupMaxSize}`;
  const bytes =
    workgroupBytes(problem, tile) +
    (fragmentBits / 8) * (blockM + blockN) * (unitDepth + PADDING) +
    4 * blockM * (blockN + SUM_PADDING);
  return bytes <= limits.maxComputeWorkgroupStorageSize
    ? true
    : `${bytes} bytes of workgroup memory; the device allows ${limits.maxComputeWorkgroupStorageSize}`;
}

/** A pass whose tiles of dot products, if it computes any, are fragments. */
function onMatrixUnits(pass: Pass, params: Params): Pass {
  if (pass.modules?.dots !== 'contrastive/lib/dots/computed') return pass;
  const { matrixK = 1, unitDepth = 0 } = params;
  const { conditions, constants } = matrixSpec(params);
  const { rows, cols, subgroupsN } = shareOf(params);
  return {
    ...pass,
    conditions: {
      ...pass.conditions,
      ...{ MATRIX: true, SUBGROUP_SIZE: conditions.SUBGROUP_SIZE },
      MATRIX_F32: fragmentType(params) === 'f32',
    },
    constants: {
      ...pass.constants,
      ...constants,
      ...{ FRAGMENT_ROWS: rows, FRAGMENT_COLS: cols, SUBGROUPS_N: subgroupsN },
      ...{ UNIT_DEPTH: unitDepth, UNIT_STEPS: unitDepth / matrixK },
    },
    modules: { ...pass.modules, dots: 'contrastive/lib/dots/fragments' },
  };
}
