import type { Variant } from '../../../core/variant.ts';
import { ceilDiv, floatBytes, read, readWrite, type Pass, type Plan } from '../../../core/plan.ts';
import { elementwiseReads, moved } from '../../../core/traffic.ts';
import { dataBuffers } from '../passes/buffers.ts';
import { afterGradients, directions, termsOf } from '../passes/gradients.ts';
import { lossPasses, setupPasses } from '../passes/lines.ts';
import { contrastivePass, chunksAlong, type Chunk } from '../passes/pass.ts';
import { hardestSpec, hasStats } from '../passes/statistics.ts';
import { lossOf } from '../losses/index.ts';
import { numOwnCols, similarityFlops, type ContrastiveProblem } from '../problem.ts';

const WORKGROUP_SIZE = 64;

export const naive: Variant<ContrastiveProblem> = {
  id: 'naive',
  title: 'Naive, matrix kept',
  idea: 'Write the whole similarity matrix to memory, then read it for each direction and each gradient.',
  params: [],
  defaults: () => ({}),
  supports: () => true,
  plan(problem): Plan {
    const { numRows, numCols, embedDim, gradients, loss } = problem;
    const { pairwise, symmetric } = lossOf(loss);
    const [rowChunks, colChunks] = [chunksAlong(problem, 'rows', 0), chunksAlong(problem, 'columns', 0)];
    const reads = elementwiseReads(numRows, numCols, WORKGROUP_SIZE);
    return {
      buffers: [
        ...dataBuffers(problem),
        { name: 'products', role: 'workspace', bytes: floatBytes(numRows * numCols) },
      ],
      passes: [
        ...setupPasses(problem, rowChunks, colChunks),
        contrastivePass(problem, {
          label: 'naive products',
          shader: 'contrastive/naive_products',
          constants: { WORKGROUP_SIZE, DEPTH: embedDim },
          bindings: [
            ...moved(reads.left, read('x')),
            ...moved(reads.right, read({ y: colChunks[0]?.of ?? 'y' })),
            ...readWrite('products'),
          ],
          workgroups: ceilDiv(numRows * numCols, WORKGROUP_SIZE),
          flops: similarityFlops(problem),
          work: 1,
        }),
        ...(hasStats(problem) ? [statsPass(problem, 'rows')] : []),
        ...(symmetric ? [statsPass(problem, 'columns')] : []),
        ...lossPasses(problem, rowChunks),
        ...(gradients.length > 0 || pairwise ? [gradientMatrixPass(problem)] : []),
        ...(gradients.includes('x') ? [gradientPass(problem, 'x')] : []),
        ...(gradients.includes('y') ? [gradientPass(problem, 'y')] : []),
        ...afterGradients(problem, rowChunks, colChunks),
      ],
    };
  },
};

/** Own and other lines of a pass over the matrix. */
function sides(problem: ContrastiveProblem, along: 'rows' | 'columns'): { own: Chunk; other: Chunk } {
  const [rows, cols] = [chunksAlong(problem, 'rows', 0)[0], chunksAlong(problem, 'columns', 0)[0]];
  if (rows === undefined || cols === undefined) throw new RangeError('a problem has rows and columns');
  return along === 'rows' ? { own: rows, other: cols } : { own: cols, other: rows };
}

function statsPass(problem: ContrastiveProblem, along: 'rows' | 'columns'): Pass {
  const { numRows, numCols } = problem;
  const { own, other } = sides(problem, along);
  const hardest = hardestSpec(problem);
  return contrastivePass(problem, {
    label: `naive stats of ${along}`,
    shader: 'contrastive/naive_stats',
    conditions: { BY_COLUMN: along === 'columns' },
    constants: { WORKGROUP_SIZE, ...hardest.constants },
    bindings: [...read('products'), ...readWrite('lines'), ...(along === 'rows' ? hardest.bindings : [])],
    workgroups: ceilDiv(own.count, WORKGROUP_SIZE),
    flops: 4 * numRows * numCols,
    own,
    other,
  });
}

function gradientMatrixPass(problem: ContrastiveProblem): Pass {
  const { conditions, bindings } = termsOf(problem, 'x');
  return contrastivePass(problem, {
    label: 'naive gradient matrix',
    shader: 'contrastive/naive_gradient_matrix',
    conditions: { ...directions(problem, 'x'), ...conditions },
    constants: { WORKGROUP_SIZE },
    bindings: [...read('lines'), ...moved(2, readWrite('products')), ...bindings],
    workgroups: ceilDiv(problem.numRows, WORKGROUP_SIZE),
    flops: 8 * problem.numRows * problem.numCols,
  });
}

function gradientPass(problem: ContrastiveProblem, of: 'x' | 'y'): Pass {
  const { own: all, other } = sides(problem, of === 'x' ? 'rows' : 'columns');
  const own = of === 'y' ? { ...all, count: numOwnCols(problem) } : all;
  const work = (own.count * other.count) / (problem.numRows * problem.numCols);
  const reads = elementwiseReads(own.count, problem.embedDim, WORKGROUP_SIZE);
  return contrastivePass(problem, {
    label: `naive ${of}Grad`,
    shader: 'contrastive/naive_gradient',
    conditions: { BY_COLUMN: of === 'y' },
    constants: { WORKGROUP_SIZE, DEPTH: problem.embedDim },
    bindings: [
      ...moved(reads.left, read({ weights: 'products' })),
      ...moved(reads.right, read({ others: other.of })),
      ...readWrite({ gradient: `${of}Grad` }),
      ...(problem.normalize === true ? read('lines') : []),
    ],
    workgroups: ceilDiv(own.count * problem.embedDim, WORKGROUP_SIZE),
    flops: work * similarityFlops(problem),
    work,
    own,
    other,
    panel: { first: 0, count: problem.numCols },
  });
}
