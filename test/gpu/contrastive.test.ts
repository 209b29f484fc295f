import { describe, expect, test } from 'vitest';
import { bind } from '../../src/kernels/bind.ts';
import { LOSSES, TRAITS } from '../../src/kernels/contrastive/losses.ts';
import { runsInOnePass } from '../../src/kernels/contrastive/one-pass.ts';
import { contrastive } from '../../src/kernels/contrastive/operation.ts';
import { contrastiveProblem, type ContrastiveProblem } from '../../src/kernels/contrastive/problem.ts';
import { planWork, workspaceBytes } from '../../src/kernels/plan.ts';
import { normals } from '../../src/kernels/random.ts';
import { trial, useSession } from '../support/gpu.ts';

const session = useSession();

/** Compiles in a tenth of the default's time, and has more tiles and more invocations to get wrong. */
const SMALL = { blockM: 8, blockN: 16, rows: 2, cols: 2, stageDepth: 0, colsV: 2 };

const variants = contrastive.variants.map(({ id, params }) => ({
  id,
  params: params.some(({ name }) => name === 'blockM') ? SMALL : {},
}));

const CORNERS: Readonly<Record<string, Partial<ContrastiveProblem>>> = {
  'one pair': { numRows: 1, embedDim: 5 },
  'one dimension': { numRows: 40, embedDim: 1 },
  'two pairs': { numRows: 2, embedDim: 3 },
  primes: { numRows: 67, embedDim: 37 },
  'exact tiles': { numRows: 64, embedDim: 64 },
  'several blocks each way': { numRows: 150, embedDim: 20 },
  'embedDim beyond one chunk of columns': { numRows: 33, embedDim: 300 },
  'scale 1e-3': { numRows: 50, embedDim: 16, logitScale: 1e-3 },
  'scale 0': { numRows: 50, embedDim: 16, logitScale: 0 },
  'scale 100': { numRows: 50, embedDim: 16, logitScale: 100 },
  'scale 200': { numRows: 50, embedDim: 64, logitScale: 200 },
  'the loss alone': { numRows: 50, embedDim: 16, gradients: [] },
  'x alone': { numRows: 50, embedDim: 16, gradients: ['x'] },
  'y alone': { numRows: 50, embedDim: 16, gradients: ['y'] },
  'logitScale alone': { numRows: 50, embedDim: 16, gradients: ['logitScale'] },
  sum: { numRows: 50, embedDim: 16, reduction: 'sum' },
  none: { numRows: 50, embedDim: 16, reduction: 'none' },
  'a scale per row': { numRows: 50, embedDim: 16, rowScales: true },
  normalised: { numRows: 50, embedDim: 16, normalize: true },
  'normalised, one dimension': { numRows: 20, embedDim: 1, normalize: true },
  smoothed: { numRows: 50, embedDim: 16, labelSmoothing: 0.1 },
  'with a margin': { numRows: 50, embedDim: 16, margin: 0.3 },
  'duplicate ids': { numRows: 50, embedDim: 16, ids: true },
  'false negatives left out': { numRows: 50, embedDim: 16, falseNegativeMargin: 0.05 },
  'extra columns': { numRows: 50, extraCols: 23, embedDim: 16 },
  'everything at once': {
    numRows: 50,
    extraCols: 9,
    embedDim: 16,
    normalize: true,
    labelSmoothing: 0.1,
    margin: 0.1,
    ids: true,
    falseNegativeMargin: 0.3,
  },
  'negatives of each row': { numRows: 50, rowNegatives: 4, embedDim: 16 },
  'negatives of each row with options': {
    loss: 'info-nce',
    numRows: 41,
    numCols: 70,
    rowNegatives: 3,
    embedDim: 16,
    labels: true,
    rowScales: true,
    normalize: true,
    labelSmoothing: 0.2,
    margin: 0.1,
    falseNegativeMargin: 0.4,
    metrics: true,
  },
  'negatives of each row of two views': { loss: 'nt-xent', numRows: 46, rowNegatives: 2, embedDim: 16 },
  'negatives of each row, dcl': { loss: 'dcl', numRows: 1, rowNegatives: 2, embedDim: 16 },
  metrics: { numRows: 50, embedDim: 16, metrics: true, hardest: 3 },
  'metrics, one pair': { numRows: 1, embedDim: 16, metrics: true, hardest: 2 },
  'metrics with everything': {
    numRows: 50,
    extraCols: 9,
    embedDim: 16,
    metrics: true,
    hardest: 60,
    labelSmoothing: 0.1,
    margin: 0.1,
    ids: true,
    falseNegativeMargin: 0.3,
  },
  'metrics of info-nce': {
    loss: 'info-nce',
    numRows: 61,
    numCols: 37,
    embedDim: 16,
    labels: true,
    rowScales: true,
    metrics: true,
    hardest: 5,
  },
  'metrics of siglip': {
    loss: 'siglip',
    numRows: 41,
    embedDim: 16,
    logitBias: -3,
    metrics: true,
    hardest: 4,
  },
  'metrics of nt-xent': { loss: 'nt-xent', numRows: 46, embedDim: 16, metrics: true, hardest: 5 },
  'hardest of sup-con': { loss: 'sup-con', numRows: 53, embedDim: 16, hardest: 5 },
  'info-nce': { loss: 'info-nce', numRows: 37, numCols: 61, embedDim: 16 },
  'info-nce, one row': { loss: 'info-nce', numRows: 1, numCols: 61, embedDim: 16 },
  'info-nce, one column': { loss: 'info-nce', numRows: 37, numCols: 1, embedDim: 16, labels: true },
  'info-nce, labels': { loss: 'info-nce', numRows: 61, numCols: 37, embedDim: 16, labels: true },
  'info-nce, x alone': {
    loss: 'info-nce',
    numRows: 37,
    numCols: 61,
    embedDim: 16,
    labels: true,
    gradients: ['x'],
  },
  'info-nce, y alone': { loss: 'info-nce', numRows: 37, numCols: 61, embedDim: 16, gradients: ['y'] },
  'info-nce, the loss alone': { loss: 'info-nce', numRows: 37, embedDim: 16, gradients: [] },
  'info-nce, a scale per row alone': {
    loss: 'info-nce',
    numRows: 37,
    embedDim: 16,
    rowScales: true,
    gradients: ['logitScale'],
  },
  'info-nce, scale 200': { loss: 'info-nce', numRows: 37, numCols: 61, embedDim: 16, logitScale: 200 },
  'info-nce, normalised, with a queue': {
    loss: 'info-nce',
    numRows: 41,
    extraCols: 50,
    embedDim: 37,
    rowScales: true,
    normalize: true,
    margin: 0.1,
    ids: true,
    falseNegativeMargin: 0.4,
  },
  'info-nce, none': { loss: 'info-nce', numRows: 37, embedDim: 16, reduction: 'none' },
  'info-nce, everything at once': {
    loss: 'info-nce',
    numRows: 41,
    numCols: 70,
    extraCols: 11,
    embedDim: 16,
    labels: true,
    rowScales: true,
    normalize: true,
    labelSmoothing: 0.2,
    margin: 0.1,
    ids: true,
    falseNegativeMargin: 0.4,
  },
  siglip: {
    loss: 'siglip',
    numRows: 41,
    embedDim: 16,
    logitBias: -3,
    gradients: ['x', 'y', 'logitScale', 'logitBias'],
  },
  'siglip, the loss alone': { loss: 'siglip', numRows: 41, embedDim: 16, logitBias: -10, gradients: [] },
  'siglip, bias alone': { loss: 'siglip', numRows: 41, embedDim: 16, gradients: ['logitBias'] },
  'siglip, scale 200': { loss: 'siglip', numRows: 41, embedDim: 16, logitScale: 200, logitBias: -10 },
  'siglip with options': {
    loss: 'siglip',
    numRows: 41,
    extraCols: 9,
    embedDim: 16,
    normalize: true,
    ids: true,
    rowScales: true,
    reduction: 'none',
    gradients: ['x', 'y', 'logitScale', 'logitBias'],
  },
  'nt-xent': { loss: 'nt-xent', numRows: 46, embedDim: 16 },
  'nt-xent, two rows': { loss: 'nt-xent', numRows: 2, embedDim: 16 },
  'nt-xent, scale 200': { loss: 'nt-xent', numRows: 46, embedDim: 16, logitScale: 200 },
  'nt-xent with options': {
    loss: 'nt-xent',
    numRows: 46,
    embedDim: 16,
    normalize: true,
    rowScales: true,
    labelSmoothing: 0.1,
    margin: 0.1,
    ids: true,
    falseNegativeMargin: 0.3,
  },
  'sup-con': { loss: 'sup-con', numRows: 53, embedDim: 16 },
  'sup-con, one row': { loss: 'sup-con', numRows: 1, embedDim: 16 },
  'sup-con, scale 100': { loss: 'sup-con', numRows: 53, embedDim: 16, logitScale: 100 },
  'sup-con with options': { loss: 'sup-con', numRows: 53, embedDim: 16, normalize: true, rowScales: true },
  'dcl of two tensors': { loss: 'dcl', numRows: 37, numCols: 61, embedDim: 16, labels: true },
  'dcl, one pair': { loss: 'dcl', numRows: 1, embedDim: 16 },
  'dcl of two views': { loss: 'dcl', numRows: 46, embedDim: 16, oneTensor: true },
  'dcl with options': {
    loss: 'dcl',
    numRows: 37,
    extraCols: 9,
    embedDim: 16,
    normalize: true,
    margin: 0.1,
    ids: true,
    falseNegativeMargin: 0.3,
  },
  'dclw of two tensors': { loss: 'dclw', numRows: 37, numCols: 61, embedDim: 16, labels: true },
  'dclw of two views': { loss: 'dclw', numRows: 46, embedDim: 16, oneTensor: true, sigma: 0.3 },
  'dclw, one pair': { loss: 'dclw', numRows: 1, embedDim: 16 },
  'dclw with options': {
    loss: 'dclw',
    numRows: 37,
    embedDim: 16,
    normalize: true,
    rowScales: true,
    margin: 0.1,
    ids: true,
  },
};

for (const { id, params } of variants) {
  describe(`contrastive ${id}`, () => {
    for (const [name, partial] of Object.entries(CORNERS)) {
      test(name, async () => {
        const problem = bind(contrastive, contrastiveProblem(partial), session().identity);
        const { supported } = problem.variant(id, params);
        const { gradients } = problem.problem;
        const both = Array.isArray(gradients) && gradients.includes('x') && gradients.includes('y');
        const worthPanels = both && !runsInOnePass(contrastiveProblem(partial));
        expect(supported === true).toBe(id !== 'panelled' || worthPanels);
        if (supported !== true) return;
        const { deviation } = await trial(session(), problem, { variant: id, params });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
  });
}

describe('tile shapes', () => {
  const shapes = [
    {},
    { blockM: 64, blockN: 64, rows: 4, cols: 4, stageDepth: 8, colsV: 4 },
    { blockM: 32, blockN: 32, rows: 2, cols: 2, stageDepth: 8, colsV: 4 },
    { blockM: 8, blockN: 16, rows: 1, cols: 1, stageDepth: 0, colsV: 1 },
    { ...SMALL, chunkRows: 64 },
  ];
  for (const params of shapes) {
    for (const [loss, variant] of [
      ['clip', 'tiled'],
      ['clip', 'panelled'],
      ['siglip', 'tiled'],
      ['info-nce', 'tiled'],
      ['siglip', 'panelled'],
      ['sup-con', 'tiled'],
    ] as const) {
      test(`${loss} ${variant} ${JSON.stringify(params)}`, async () => {
        const problem = bind(
          contrastive,
          contrastiveProblem({ loss, numRows: 139, embedDim: 37 }),
          session().identity,
        );
        const { deviation } = await trial(session(), problem, { variant, params });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      });
    }
  }
});

test('metrics in chunks, and ties: the lower index first', async () => {
  const { identity } = session();
  const chunked = bind(
    contrastive,
    contrastiveProblem({ numRows: 139, embedDim: 20, metrics: true, hardest: 4 }),
    identity,
  );
  const { deviation } = await trial(session(), chunked, {
    variant: 'tiled',
    params: { ...SMALL, chunkRows: 64 },
  });
  expect(deviation).toMatchObject({ ok: true });

  const equal = bind(
    contrastive,
    contrastiveProblem({ numRows: 20, embedDim: 4, metrics: true, hardest: 3, gradients: [] }),
    identity,
  );
  const ones = new Float32Array(80).fill(0.5);
  for (const { id, params } of variants.slice(0, 2)) {
    const { outputs } = await trial(session(), equal, { variant: id, params, inputs: { x: ones, y: ones } });
    expect([...(outputs['rowRanks'] ?? [])]).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect([...(outputs['colRanks'] ?? [])]).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const places = new Uint32Array(outputs['hardestPlaces']?.buffer ?? new ArrayBuffer(0));
    expect([...places.subarray(0, 6)]).toEqual([1, 2, 3, 0, 2, 3]);
  }
});

describe('several panels of weights', () => {
  for (const [name, partial] of Object.entries({
    clip: { numRows: 139, extraCols: 20 },
    'info-nce': { loss: 'info-nce', numRows: 70, numCols: 139, normalize: true, labelSmoothing: 0.1 },
    siglip: { loss: 'siglip', numRows: 139 },
  } satisfies Record<string, Partial<ContrastiveProblem>>)) {
    test(name, async () => {
      const problem = bind(contrastive, contrastiveProblem({ embedDim: 20, ...partial }), session().identity);
      for (const chunkRows of [0, 64]) {
        const params = { ...SMALL, panelSide: 36, chunkRows };
        const { deviation } = await trial(session(), problem, { variant: 'panelled', params });
        expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
      }
    });
  }
});

describe('inputs that have broken others', () => {
  const run = async (partial: Partial<ContrastiveProblem>, inputs: Record<string, Float32Array>) => {
    const problem = bind(contrastive, contrastiveProblem(partial), session().identity);
    for (const { id, params } of variants) {
      if (problem.variant(id, params).supported !== true) continue;
      const all = { ...problem.inputs(7), ...inputs };
      const { deviation } = await trial(session(), problem, { variant: id, params, inputs: all });
      expect(deviation, `${id}: relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
    }
  };
  const rows = normals(37 * 8, 1);

  test('all logits below -88', async () => {
    const opposite = Float32Array.from({ length: 37 * 8 }, (_, at) => (at % 8 === 0 ? -1 : 0));
    const x = opposite.map((value, at) => -value + (at % 8 === 1 ? 0.001 * at : 0));
    for (const loss of ['clip', 'info-nce', 'dcl'] as const) {
      await run({ loss, numRows: 37, embedDim: 8, logitScale: 150 }, { x, y: opposite });
    }
  });

  test('zero rows, normalised and not', async () => {
    const x = rows.map((value, at) => (at < 24 ? 0 : value));
    for (const normalize of [false, true]) {
      await run({ numRows: 37, embedDim: 8, normalize }, { x });
    }
  });

  test('duplicate rows', async () => {
    const x = rows.map((_, at) => rows[at % 16] ?? NaN);
    await run({ numRows: 37, embedDim: 8, normalize: true }, { x, y: x });
  });

  test('every pair already matched, at scale 100', async () => {
    const x = normals(40 * 32, 1);
    for (const loss of ['clip', 'info-nce', 'siglip'] as const) {
      await run({ loss, numRows: 40, embedDim: 32, logitScale: 100, normalize: true }, { x, y: x });
    }
    const views = Float32Array.from([...x.subarray(0, 640), ...x.subarray(0, 640)]);
    for (const loss of ['nt-xent', 'dcl'] as const) {
      const problem = { loss, numRows: 40, embedDim: 32, logitScale: 100, normalize: true, oneTensor: true };
      await run(problem, { x: views });
    }
  });

  test('rows whose squares leave the range of f32', async () => {
    const x = rows.map((value, at) => value * (at < 100 ? 1e-25 : 1e25));
    await run({ numRows: 37, embedDim: 8, normalize: true, gradients: [] }, { x });
  });
});

describe('work and workspace', () => {
  const planOf = (variant: string, partial: Partial<ContrastiveProblem>) =>
    bind(contrastive, contrastiveProblem({ numRows: 500, embedDim: 64, ...partial }), session().identity)
      .variant(variant)
      .plan();

  const WORK: readonly [string, Partial<ContrastiveProblem>, number][] = [
    ['naive', {}, 3],
    ['tiled', {}, 5],
    ['panelled', {}, 4],
    ['tiled', { gradients: [] }, 1],
    ['tiled', { loss: 'info-nce' }, 4],
    ['tiled', { loss: 'info-nce', gradients: ['x'] }, 2],
    ['tiled', { loss: 'dcl', gradients: ['x', 'logitScale'] }, 2],
    ['tiled', { loss: 'siglip' }, 4],
    ['panelled', { loss: 'siglip' }, 3],
    ['tiled', { loss: 'nt-xent' }, 3],
    ['tiled', { loss: 'sup-con' }, 3],
  ];
  for (const [variant, partial, work] of WORK) {
    test(`${variant} ${JSON.stringify(partial)}: ${work} U`, () => {
      expect(planWork(planOf(variant, partial))).toBe(work);
    });
  }

  test('at most 16 bytes a row and column and 16 MiB', () => {
    for (const loss of LOSSES) {
      for (const variant of TRAITS[loss].symmetric || TRAITS[loss].sigmoid
        ? ['tiled', 'panelled']
        : ['tiled']) {
        const size = 2 ** 17;
        const plan = planOf(variant, { loss, numRows: size, embedDim: 512 });
        expect(workspaceBytes(plan), `${variant} ${loss}`).toBeLessThanOrEqual(16 * 2 * size + 2 ** 24);
      }
    }
  });

  test('the same bits every time', async () => {
    for (const variant of ['tiled', 'panelled']) {
      const problem = bind(
        contrastive,
        contrastiveProblem({ numRows: 150, embedDim: 20 }),
        session().identity,
      );
      const once = await trial(session(), problem, { variant, params: SMALL });
      const again = await trial(session(), problem, { variant, params: SMALL });
      expect(again.outputs).toEqual(once.outputs);
    }
  });
});
