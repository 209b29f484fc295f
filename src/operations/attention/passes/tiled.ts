import type { DeviceProfile } from '../../../core/device-profile.ts';
import { ceilDiv } from '../../../core/plan.ts';
import type { Params } from '../../../core/variant.ts';
import {
  colsPerInvocation,
  partBytes,
  stageBytes,
  stagesWhole,
  tileFits,
  tileShape,
  tileSpec,
  vectorFits,
  weightBytes,
  wholeStageBytes,
  type TileShape,
} from '../../../tile/tile-params.ts';
import { groupSize, type AttentionProblem } from '../problem.ts';

/** Conditions, constants, modules and workgroups of a forward pass built on `attention/lib/tile.wesl`. */
export function tiledPass(problem: AttentionProblem, params: Params) {
  const tile = tileShape(params);
  const rowsPerHead = groupSize(problem) * problem.seqLenQ;
  const { conditions, constants, modules } = tileSpec(
    tile,
    problem.headDim,
    stagesWhole(tile, problem.headDim),
  );
  return {
    conditions,
    modules: {
      ...modules,
      ...keyLoad(problem),
      exponent: 'lib/exponent/natural',
      owned: 'attention/lib/owned/rows',
      walk: 'attention/lib/walk/range',
    },
    constants: {
      ...constants,
      QUERIES: tile.rows,
      KEYS: tile.cols,
      WIDTH: problem.headDimV,
      COLS_V: colsPerInvocation(tile, problem.headDimV),
    },
    workgroups: problem.batch * problem.numKVHeads * ceilDiv(rowsPerHead, tile.blockM),
  };
}

/** The module by which forward kernels find keys and values, where they do not lie in the order in which they are met. */
export const keyLoad = ({ pages, selected }: AttentionProblem): { readonly load?: string } =>
  pages === undefined && selected === undefined ? {} : { load: 'attention/lib/load/stored' };

/** Workgroup memory of the kernels that multiply weights by values, but for forward kernels that stage tiles whole. */
export const outputKernelBytes = (tile: TileShape): number =>
  stageBytes(tile) + weightBytes(tile) + partBytes(tile);

const forwardBytes = ({ headDim, headDimV }: AttentionProblem, tile: TileShape): number =>
  stagesWhole(tile, headDim) ? wholeStageBytes(tile, headDim, headDimV) : outputKernelBytes(tile);

export function tiledSupports(
  problem: AttentionProblem,
  params: Params,
  device: DeviceProfile,
): true | string {
  const tile = tileShape(params);
  if (tile.vectorWidth !== 1 && problem.scorePrecision === 'two-term') {
    return 'scores of two terms are computed element by element: vectorWidth must be 1';
  }
  const fits = vectorFits(tile, [problem.headDim, problem.headDimV]);
  if (fits !== true) return fits;
  const perRow = Math.max(tile.cols, colsPerInvocation(tile, problem.headDimV));
  return tileFits(tile, tile.rows * perRow, forwardBytes(problem, tile), device);
}
