import type { Params, Variant } from '../../../core/variant.ts';
import {
  ceilDiv,
  floatBytes,
  read,
  readWrite,
  workspaceBytes,
  type Pass,
  type Plan,
  type PlanBuffer,
} from '../../../core/plan.ts';
import { tileCols, tileShape } from '../../../tile/tile-params.ts';
import { moved } from '../../../core/traffic.ts';
import { dataBuffers } from '../passes/buffers.ts';
import { afterGradients, directions, termsOf } from '../passes/gradients.ts';
import { lossPasses, setupPasses } from '../passes/lines.ts';
import {
  contrastivePass,
  gradientOf,
  chunksWithGradient,
  rowsOf,
  targetSpec,
  chunksAlong,
  walked,
  type Panel,
  type Chunk,
} from '../passes/pass.ts';
import { hasStats, statsPasses } from '../passes/statistics.ts';
import {
  gradientSpec,
  PANEL_BYTES,
  panelsOf,
  partsBytes,
  TILED_PARAMS,
  tiledDefaults,
  tiledSupports,
  workspaceBuffer,
} from '../passes/tiling.ts';
import { similarityFlops, tileWork, type ContrastiveProblem } from '../problem.ts';

/** Bytes of workspace for each row and each column beside the panel. What options take more, the panel gives. */
const LINE_BYTES = 16;
const LEAST_PANEL_BYTES = 2 ** 20;
/** FLOPs from a dot product to a weight, roughly: two probabilities. */
const WEIGHT_FLOPS = 16;

/** Bytes left for panels beside the rest of the workspace. */
function roomForPanel({ numRows, numCols }: ContrastiveProblem, others: readonly PlanBuffer[]): number {
  const left =
    PANEL_BYTES + LINE_BYTES * (numRows + numCols) - workspaceBytes({ buffers: others, passes: [] });
  return Math.max(LEAST_PANEL_BYTES, Math.min(PANEL_BYTES, left));
}

/** Side of a panel that fits: 2048 by 2048 weights are 16 MiB. */
const panelSide = (problem: ContrastiveProblem, others: readonly PlanBuffer[]): number =>
  Math.floor(Math.sqrt(roomForPanel(problem, others) / floatBytes(1)));

export const panelled: Variant<ContrastiveProblem> = {
  id: 'panelled',
  title: 'Tiled, gradient weights in panels',
  idea: 'Write the gradient weights of one panel at a time into 16 MiB, and multiply them on in both directions.',
  params: [
    ...TILED_PARAMS,
    { name: 'panelSide', about: 'rows and columns of a panel of weights', choices: [512, 1024, 2048] },
    {
      name: 'keepDots',
      about:
        '1 keeps the dot products where the whole matrix fits the panel, 0 computes them again for the weights',
      choices: [0, 1],
    },
  ],
  defaults: (problem, device) => {
    const params = tiledDefaults(problem, device);
    const { chunkRows = 0 } = params;
    return { ...params, panelSide: panelSide(problem, dataBuffers(problem, { chunkRows })), keepDots: 1 };
  },
  supports(problem, params, device) {
    const { panelSide: side = 0, keepDots = 0 } = params;
    if (!Number.isInteger(side) || side < 1) return `panelSide must be a whole number from 1 up, not ${side}`;
    if (keepDots !== 0 && keepDots !== 1) return `keepDots must be 0 or 1, not ${keepDots}`;
    if (!['x', 'y'].every((of) => problem.gradients.some((gradient) => gradient === of))) {
      return 'weights are worth writing down for two gradients only, of x and y; tiled does the same without';
    }
    return tiledSupports(problem, params, device);
  },
  plan(problem, params): Plan {
    const { chunkRows = 0, panelSide: side = 1 } = params;
    const keepDots = keepsDots(problem, params);
    const rowChunks = chunksAlong(problem, 'rows', chunkRows);
    const colChunks = chunksAlong(problem, 'columns', chunkRows);
    const stats = statsPasses(problem, tileShape(params), rowChunks, colChunks, { keepDots });
    const parts = hasStats(problem) ? partsBytes(problem, tileShape(params), rowChunks, colChunks) : 0;
    const panels = rowChunks.flatMap((own) => colChunks.flatMap((other) => panelsBetween(own, other, side)));
    const weights = weightsOf(panels);
    return {
      buffers: [
        ...dataBuffers(problem, { chunkRows }),
        ...workspaceBuffer('panel', keepDots ? weights : Math.max(weights, parts)),
        ...workspaceBuffer('columnParts', keepDots ? parts : 0),
      ],
      passes: [
        ...setupPasses(problem, rowChunks, colChunks),
        ...stats,
        ...lossPasses(problem, rowChunks),
        ...panels.flatMap((matrixPanel) => panelPasses(problem, params, matrixPanel, keepDots)),
        ...afterGradients(problem, rowChunks, colChunks),
      ],
    };
  },
};

/** Whether the dot products of the statistics wait in the panel until they become weights. */
function keepsDots(problem: ContrastiveProblem, params: Params): boolean {
  const { chunkRows = 0, panelSide: side = 0, keepDots = 0 } = params;
  const { numRows, numCols } = problem;
  const [rowChunks, colChunks] = [
    chunksAlong(problem, 'rows', chunkRows),
    chunksAlong(problem, 'columns', chunkRows),
  ];
  const onePanel = Math.max(numRows, numCols) <= side && rowChunks.length === 1 && colChunks.length === 1;
  if (keepDots === 0 || !hasStats(problem) || !onePanel) return false;
  const parts = partsBytes(problem, tileShape(params), rowChunks, colChunks);
  return floatBytes(numRows * numCols) + parts <= roomForPanel(problem, dataBuffers(problem, { chunkRows }));
}

/** One panel of weights: which rows meet which columns. */
interface MatrixPanel {
  readonly own: Chunk;
  readonly other: Chunk;
  readonly rowPanel: Panel;
  readonly panel: Panel;
}

const panelsBetween = (own: Chunk, other: Chunk, side: number): MatrixPanel[] =>
  panelsOf(own.count, side).flatMap((rowPanel) =>
    panelsOf(other.count, side).map((panel) => ({ own, other, rowPanel, panel })),
  );

/** Weights of the largest panel, in bytes. */
const weightsOf = (panels: readonly MatrixPanel[]): number =>
  floatBytes(panels.reduce((most, { rowPanel, panel }) => Math.max(most, rowPanel.count * panel.count), 0));

function panelPasses(
  problem: ContrastiveProblem,
  params: Params,
  matrixPanel: MatrixPanel,
  keepDots: boolean,
): Pass[] {
  const { gradients } = problem;
  const { own, other, rowPanel, panel } = matrixPanel;
  const [cols] = chunksWithGradient(problem, [other]);
  const withGradient = cols === undefined ? 0 : Math.min(panel.count, cols.count - panel.first);
  return [
    weightsPass(problem, params, matrixPanel, keepDots),
    ...(gradients.includes('x') ? [productPass(problem, params, 'x', matrixPanel, rowPanel.count)] : []),
    ...(gradients.includes('y') && cols !== undefined && withGradient > 0
      ? [
          productPass(
            problem,
            params,
            'y',
            { own: cols, other: own, rowPanel: panel, panel: rowPanel },
            withGradient,
          ),
        ]
      : []),
  ];
}

/** 1 U, or none where the dot products were kept: the weights of a panel, and what is summed along its rows. */
function weightsPass(
  problem: ContrastiveProblem,
  params: Params,
  matrixPanel: MatrixPanel,
  keepDots: boolean,
): Pass {
  const { own, other, rowPanel, panel } = matrixPanel;
  const terms = termsOf(problem, 'x');
  const { conditions, constants, modules } = gradientSpec(problem, params);
  const rowBlocks = ceilDiv(rowPanel.count, tileShape(params).blockM);
  const teacher = targetSpec(problem, own, other);
  // The teacher's scores are computed in any case.
  const work = (tileWork(problem) - (keepDots ? 1 : 0)) * workOf(problem, matrixPanel);
  return contrastivePass(problem, {
    label: 'panel weights',
    shader: 'contrastive/tiled_gradient',
    conditions: { ...conditions, ...directions(problem, 'x'), ...terms.conditions },
    constants: { ...constants, ...teacher.constants },
    modules: {
      ...modules,
      dots: `contrastive/lib/dots/${keepDots ? 'kept' : 'computed'}`,
      weights: 'contrastive/lib/weights/kept',
    },
    bindings: [
      ...(keepDots ? [] : [rowsOf(own, 'left'), walked(other, 'right', panel, rowBlocks)]),
      ...read('lines'),
      ...moved(keepDots ? 2 : 1, readWrite({ panel_weights: 'panel' })),
      ...terms.bindings,
      ...teacher.bindings,
    ],
    workgroups: rowBlocks,
    flops: work * similarityFlops(problem) + (keepDots ? WEIGHT_FLOPS * rowPanel.count * panel.count : 0),
    work,
    own,
    other,
    rowPanel,
    panel,
  });
}

/** 1 U: the weights of a panel times the embeddings that they belong to. */
function productPass(
  problem: ContrastiveProblem,
  params: Params,
  of: 'x' | 'y',
  matrixPanel: MatrixPanel,
  withGradient: number,
): Pass {
  const { own, other, rowPanel, panel } = matrixPanel;
  const { numRows, numCols, embedDim } = problem;
  const tile = tileShape(params);
  const { conditions, constants, modules } = gradientSpec(problem, params);
  const rowBlocks = ceilDiv(withGradient, tile.blockM);
  const columnBlocks = ceilDiv(embedDim, tileCols(tile) * constants.COLS_V);
  const work = (withGradient * panel.count) / (numRows * numCols);
  return contrastivePass(problem, {
    label: `panel ${of}Grad`,
    shader: 'contrastive/panel_product',
    conditions: { ...conditions, BY_COLUMN: of === 'y' },
    constants,
    modules,
    bindings: [
      ...read('lines'),
      ...moved(columnBlocks, read({ panel_weights: 'panel' })),
      walked(other, 'values', panel, rowBlocks),
      gradientOf(own),
    ],
    workgroups: rowBlocks * columnBlocks,
    flops: work * similarityFlops(problem),
    work,
    own,
    other,
    rowPanel,
    panel,
  });
}

const workOf = ({ numRows, numCols }: ContrastiveProblem, { rowPanel, panel }: MatrixPanel): number =>
  (rowPanel.count * panel.count) / (numRows * numCols);
