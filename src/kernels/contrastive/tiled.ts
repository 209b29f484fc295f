import { simdClass, type DeviceProfile } from '../device-profile.ts';
import type { Params, ParamSpec, Variant } from '../operation.ts';
import { ceilDiv, floatBytes, read, readWrite, type Pass, type Plan, type PlanBuffer } from '../plan.ts';
import {
  partBytes,
  stageBytes,
  TILE_PARAMS,
  tileCols,
  tileFits,
  tileShape,
  tileSpec,
  weightBytes,
  type TileShape,
} from '../tile-params.ts';
import { contrastivePass, dataBuffers, sumPass, type Panel } from './passes.ts';
import { similarityFlops, type ContrastiveProblem } from './problem.ts';

/** What the column parts may take, whatever N and M: panels get narrower as there are more row blocks. */
const PANEL_BYTES = 16 * 2 ** 20;
const PAIR_BYTES = floatBytes(2);

const WORKGROUP_SIZE = 64;

const PARAMS: readonly ParamSpec[] = [
  ...TILE_PARAMS,
  { name: 'colsV', about: 'gradient columns per invocation at a time', choices: [1, 2, 4, 8, 16, 32] },
];

export const tiled: Variant<ContrastiveProblem> = {
  id: 'tiled',
  title: 'Tiled, matrix never stored',
  idea: 'Find the log-sum-exp of every row and column from the same tiles, then compute each tile again for each gradient.',
  params: PARAMS,
  defaults,
  supports,
  plan,
};

function defaults(_problem: ContrastiveProblem, device: DeviceProfile): Params {
  if (simdClass(device) === 'narrow') {
    return { blockM: 32, blockN: 64, rows: 8, cols: 8, stageDepth: 0, colsV: 8 };
  }
  const tile = { blockM: 64, blockN: 64, rows: 4, cols: 4, stageDepth: 8 };
  return workgroupBytes(tile) <= device.limits.maxComputeWorkgroupStorageSize
    ? { ...tile, colsV: 4 }
    : { blockM: 32, blockN: 32, rows: 2, cols: 2, stageDepth: 8, colsV: 4 };
}

/** Of the hungrier of the two tiled kernels. */
function workgroupBytes(tile: TileShape): number {
  const columnParts = PAIR_BYTES * (tile.blockM / tile.rows) * tile.blockN;
  return stageBytes(tile) + partBytes(tile) + Math.max(columnParts, weightBytes(tile));
}

function supports(problem: ContrastiveProblem, params: Params, device: DeviceProfile): true | string {
  const tile = tileShape(params);
  const { colsV = 0 } = params;
  if (!Number.isInteger(colsV) || colsV < 1) return `colsV must be a whole number from 1 up, not ${colsV}`;
  const fits = tileFits(tile, tile.rows * Math.max(tile.cols, colsV), workgroupBytes(tile), device);
  if (fits !== true) return fits;
  const blocks = ceilDiv(problem.numRows, tile.blockM);
  return blocks * tile.blockN * PAIR_BYTES <= PANEL_BYTES || `${blocks} row blocks leave no room for a panel`;
}

function plan(problem: ContrastiveProblem, params: Params): Plan {
  const tile = tileShape(params);
  const { numRows, gradients } = problem;
  const rowBlocks = ceilDiv(numRows, tile.blockM);
  const panels = panelsOf(problem.numCols, statsPanelWidth(tile, rowBlocks));
  const wantsScale = gradients.includes('logitScale');
  return {
    buffers: [...dataBuffers(problem), ...workspace(problem, rowBlocks * (panels[0]?.count ?? 0))],
    passes: [
      ...panels.flatMap((panel) => statsPasses(problem, tile, panel, rowBlocks)),
      contrastivePass(problem, {
        label: 'tiled losses',
        shader: 'contrastive/tiled_losses',
        constants: { WORKGROUP_SIZE, DEPTH: problem.embedDim },
        bindings: [
          ...read('x', 'y', 'rowNegatives', 'colNegatives'),
          ...readWrite('rowLse', 'colLse', 'lossTerms', 'lines'),
        ],
        workgroups: ceilDiv(numRows, WORKGROUP_SIZE),
        flops: (2 * problem.embedDim + 40) * numRows,
      }),
      sumPass('lossTerms', 'loss', numRows),
      ...(gradients.includes('x') || wantsScale ? gradientPasses(problem, params, 'x') : []),
      ...(gradients.includes('y') ? gradientPasses(problem, params, 'y') : []),
      ...(wantsScale ? [sumPass('scaleTerms', 'logitScaleGrad', numRows)] : []),
    ],
  };
}

function workspace({ numRows, numCols, gradients }: ContrastiveProblem, parts: number): PlanBuffer[] {
  const sizes: [string, number][] = [
    ['rowNegatives', PAIR_BYTES * numRows],
    ['colNegatives', PAIR_BYTES * numCols],
    ['lines', floatBytes(3 * (numRows + numCols))],
    ['lossTerms', floatBytes(numRows)],
    ['colParts', PAIR_BYTES * parts],
  ];
  if (gradients.includes('logitScale')) sizes.push(['scaleTerms', floatBytes(numRows)]);
  return sizes.map(([name, bytes]) => ({ name, role: 'workspace', bytes }));
}

/** Cuts columns into panels of `width`. */
function panelsOf(columns: number, width: number): Panel[] {
  const step = Math.min(columns, width);
  return Array.from({ length: ceilDiv(columns, step) }, (_, index) => ({
    first: index * step,
    count: Math.min(step, columns - index * step),
  }));
}

/** Whole tiles of columns whose parts fit into the fixed workspace. */
const statsPanelWidth = (tile: TileShape, rowBlocks: number): number =>
  Math.floor(PANEL_BYTES / (PAIR_BYTES * rowBlocks * tile.blockN)) * tile.blockN;

function statsPasses(problem: ContrastiveProblem, tile: TileShape, panel: Panel, rowBlocks: number): Pass[] {
  const share = panel.count / problem.numCols;
  return [
    contrastivePass(problem, {
      label: 'tiled stats',
      shader: 'contrastive/tiled_stats',
      ...tileSpec(tile, problem.embedDim),
      bindings: [...read('x', 'y'), ...readWrite('rowNegatives', 'colParts')],
      workgroups: rowBlocks,
      flops: share * similarityFlops(problem),
      panel,
    }),
    contrastivePass(problem, {
      label: 'tiled columns',
      shader: 'contrastive/tiled_columns',
      constants: { WORKGROUP_SIZE },
      bindings: [...read('colParts'), ...readWrite('colNegatives')],
      workgroups: ceilDiv(panel.count, WORKGROUP_SIZE),
      flops: 10 * rowBlocks * panel.count,
      panel,
      rowBlocks,
    }),
  ];
}

/** FLOPs of one workgroup of the gradients: longer ones could not be sliced any shorter. */
const WORKGROUP_FLOPS = 1e8;

function gradientPasses(problem: ContrastiveProblem, params: Params, of: 'x' | 'y'): Pass[] {
  const tile = tileShape(params);
  const swapped = of === 'y';
  const [own, other] = swapped ? ['y', 'x'] : ['x', 'y'];
  const [numOwn, numOther] = swapped
    ? [problem.numCols, problem.numRows]
    : [problem.numRows, problem.numCols];
  const embedGrad = problem.gradients.includes(of);
  const scaleGrad = !swapped && problem.gradients.includes('logitScale');
  const { conditions, constants } = tileSpec(tile, problem.embedDim);
  const flops = (embedGrad ? 2 : 1) * similarityFlops(problem);
  const flopsPerColumn = (tile.blockM / numOwn) * (flops / numOther);
  return panelsOf(
    numOther,
    Math.max(1, Math.floor(WORKGROUP_FLOPS / flopsPerColumn / tile.blockN)) * tile.blockN,
  ).map((panel) =>
    contrastivePass(problem, {
      label: embedGrad ? `tiled ${of}Grad` : 'tiled logitScaleGrad',
      shader: 'contrastive/tiled_gradient',
      conditions: { ...conditions, EMBED_GRAD: embedGrad, SCALE_GRAD: scaleGrad },
      constants: {
        ...constants,
        WIDTH: problem.embedDim,
        COLS_V: Math.min(params['colsV'] ?? 1, ceilDiv(problem.embedDim, tileCols(tile))),
      },
      bindings: [
        ...read(own, other, other, 'lines'),
        ...(embedGrad ? readWrite(`${of}Grad`) : []),
        ...(scaleGrad ? readWrite('scaleTerms') : []),
      ],
      workgroups: ceilDiv(numOwn, tile.blockM),
      flops: (flops * panel.count) / numOther,
      panel,
      swapped,
    }),
  );
}
