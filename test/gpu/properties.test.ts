import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attention } from '../../src/kernels/attention/operation.ts';
import { attentionProblem, type AttentionProblem } from '../../src/kernels/attention/problem.ts';
import { attentionBackward } from '../../src/kernels/attention/backward/operation.ts';
import { attentionBackwardProblem } from '../../src/kernels/attention/backward/problem.ts';
import { bind, type BoundProblem } from '../../src/kernels/bind.ts';
import { contrastive } from '../../src/kernels/contrastive/operation.ts';
import { LOSSES, TRAITS } from '../../src/kernels/contrastive/losses.ts';
import {
  contrastiveProblem,
  REDUCTIONS,
  type ContrastiveProblem,
  type Gradient,
} from '../../src/kernels/contrastive/problem.ts';
import { UnsupportedError } from '../../src/errors.ts';
import { smallTiles, trial, useSession } from '../support/gpu.ts';

const session = useSession();

const count = (max: number) => fc.integer({ min: 1, max });

/** Head dimensions come from a short list, because each is compiled anew. */
const attentionShapes = fc
  .record({
    batch: count(2),
    numKVHeads: count(2),
    group: count(3),
    seqLenQ: count(90),
    seqLenKV: count(90),
    headDim: fc.constantFrom(3, 16, 40),
    causal: fc.constantFrom<AttentionProblem['causal']>(false, 'bottom-right', 'top-left'),
    softmaxScale: fc.constantFrom(0.01, 0.2, 3),
  })
  .map(({ group, ...shape }) => attentionProblem({ ...shape, numHeads: shape.numKVHeads * group }));

/** Any options together. The batch is 1 where documents are packed. */
const attentionOptions = fc
  .record(
    {
      batch: count(2),
      numKVHeads: count(2),
      group: count(2),
      seqLenQ: count(40),
      seqLenKV: count(40),
      causal: fc.constantFrom<AttentionProblem['causal']>(false, 'bottom-right', 'top-left'),
      window: fc.tuple(fc.integer({ min: -1, max: 20 }), fc.integer({ min: -1, max: 20 })),
      softcap: fc.constantFrom(2, 30),
      alibi: fc.constant(true),
      sinks: fc.constant(true),
      bias: fc.array(fc.boolean(), { maxLength: 4 }),
      mask: fc.array(fc.boolean(), { maxLength: 4 }),
      lengths: fc.tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
      ),
      documents: fc.boolean(),
    },
    { requiredKeys: ['batch', 'numKVHeads', 'group', 'seqLenQ', 'seqLenKV', 'causal'] },
  )
  .map(({ group, bias, mask, lengths, documents, ...shape }) => {
    const { batch, numKVHeads, seqLenQ, seqLenKV } = shape;
    const packed = documents === true;
    const entries = packed ? 1 : batch;
    const extents = [entries, numKVHeads * group, seqLenQ, seqLenKV];
    const broadcast = (own: readonly boolean[]) =>
      own.map((full, axis) => (full ? (extents[axis + 4 - own.length] ?? 1) : 1));
    const starts = (total: number) => [0, Math.floor(total / 3), Math.floor(total / 2), total];
    return {
      ...shape,
      batch: entries,
      numHeads: numKVHeads * group,
      headDim: 5,
      ...(bias && bias.length > 0 && { biasShape: broadcast(bias) }),
      ...(mask && mask.length > 0 && { maskShape: broadcast(mask) }),
      ...(lengths &&
        !packed && { seqLensKV: lengths.slice(0, entries).map((part) => Math.round(part * seqLenKV)) }),
      ...(packed && { cuSeqLensQ: starts(seqLenQ), cuSeqLensKV: starts(seqLenKV) }),
    };
  });

const expectRight = async (problem: BoundProblem, variant: string) => {
  const { deviation } = await trial(session(), problem, { variant, params: smallTiles(problem, variant) });
  expect(deviation.ok, `relative L2 ${deviation.relL2}`).toBe(true);
};

for (const { id } of attention.variants) {
  test(`attention ${id} with any options`, async () => {
    await fc.assert(
      fc.asyncProperty(attentionOptions, (options) =>
        expectRight(bind(attention, attentionProblem(options), session().identity), id),
      ),
      { numRuns: 25, seed: 3 },
    );
  });
}

for (const { id } of attentionBackward.variants) {
  test(`attention backward ${id} with any options`, async () => {
    await fc.assert(
      fc.asyncProperty(attentionOptions, fc.boolean(), (options, lseGrad) =>
        expectRight(
          bind(attentionBackward, attentionBackwardProblem({ ...options, lseGrad }), session().identity),
          id,
        ),
      ),
      { numRuns: 25, seed: 4 },
    );
  });
}

for (const { id } of attention.variants) {
  test(`attention ${id} on any shape`, async () => {
    await fc.assert(
      fc.asyncProperty(attentionShapes, async (shape) => {
        const { deviation } = await trial(session(), bind(attention, shape, session().identity), {
          variant: id,
        });
        expect(deviation.ok, `relative L2 ${deviation.relL2}`).toBe(true);
      }),
      { numRuns: 30, seed: 1 },
    );
  });
}

/** Tiles that compile fast. */
const SMALL = { blockM: 8, blockN: 16, rows: 2, cols: 2, stageDepth: 0, colsV: 2 };

const contrastiveShapes = fc
  .record({
    numRows: count(150),
    embedDim: fc.constantFrom(1, 24, 70),
    // Smaller scales leave logitScale's gradient a difference of two equal means: see the corner table.
    logitScale: fc.constantFrom(0.1, 1, 14, 100),
  })
  .map(contrastiveProblem);

/** Any loss with any options that are not refused. */
const contrastiveOptions = fc
  .record(
    {
      loss: fc.constantFrom(...LOSSES),
      half: count(40),
      more: count(30),
      embedDim: fc.constant(12),
      logitScale: fc.constantFrom(1, 14, 100),
      reduction: fc.constantFrom(...REDUCTIONS),
      gradients: fc.subarray<Gradient>(['x', 'y', 'logitScale']),
      labels: fc.boolean(),
      rowScales: fc.boolean(),
      normalize: fc.boolean(),
      labelSmoothing: fc.constantFrom(0.1, 0.9),
      margin: fc.constantFrom(0.2, -0.1),
      ids: fc.boolean(),
      falseNegativeMargin: fc.constantFrom(0, 0.2),
      extraCols: count(20),
      rowNegatives: count(3),
      metrics: fc.boolean(),
      hardest: count(4),
    },
    { requiredKeys: ['loss', 'half', 'more', 'embedDim', 'logitScale', 'gradients'] },
  )
  .map(({ loss, half, more, embedDim, logitScale, gradients, ...options }) => {
    const { oneTensor, symmetric, sigmoid } = TRAITS[loss];
    const numRows = 2 * half;
    const alone = oneTensor === true || (oneTensor === 'either' && more % 2 === 0);
    const numOwn = alone || symmetric || sigmoid ? numRows : numRows + more;
    const base: Partial<ContrastiveProblem> = {
      ...{ loss, oneTensor: alone, numRows, numCols: numOwn, embedDim, logitScale },
      gradients: gradients.filter((gradient) => !alone || gradient !== 'y'),
    };
    return Object.entries(options).reduce((problem, [name, value]) => {
      const numCols = name === 'extraCols' ? numOwn + Number(value) : problem.numCols;
      try {
        return contrastiveProblem({ ...problem, [name]: value, numCols });
      } catch (error) {
        if (error instanceof UnsupportedError) return problem;
        throw error;
      }
    }, contrastiveProblem(base));
  });

for (const { id } of contrastive.variants) {
  test(`contrastive ${id} on any shape`, async () => {
    await fc.assert(
      fc.asyncProperty(contrastiveShapes, async (shape) => {
        const { deviation } = await trial(session(), bind(contrastive, shape, session().identity), {
          variant: id,
        });
        expect(deviation.ok, `relative L2 ${deviation.relL2}`).toBe(true);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  test(`contrastive ${id} with any options`, async () => {
    const params = id === 'naive' ? {} : SMALL;
    await fc.assert(
      fc.asyncProperty(contrastiveOptions, async (problem) => {
        const bound = bind(contrastive, problem, session().identity);
        if (bound.variant(id, params).supported !== true) return;
        const { deviation } = await trial(session(), bound, { variant: id, params });
        expect(deviation.ok, `relative L2 ${deviation.relL2}`).toBe(true);
      }),
      { numRuns: 40, seed: 2 },
    );
  });
}
