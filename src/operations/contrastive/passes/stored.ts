import { ceilDiv, floatBytes, read, readWrite, type Pass, type PlanBuffer } from '../../../core/plan.ts';
import { elementwiseReads, moved } from '../../../core/traffic.ts';
import { lossOf } from '../losses/index.ts';
import { numOwnCols, similarityFlops, type ContrastiveProblem } from '../problem.ts';
import { directions, termsOf } from './gradients.ts';
import { chunksAlong, contrastivePass, type Chunk, type Panel } from './pass.ts';
import { hardestSpec, hasStats } from './statistics.ts';

const WORKGROUP_SIZE = 64;

/** The products of some rows with all columns, kept in memory, and those of a teacher. */
export const productsBuffers = ({ numCols, teacherDim }: ContrastiveProblem, rows: number): PlanBuffer[] =>
  ['products', ...(teacherDim === undefined ? [] : ['taught'])].map((name) => ({
    ...{ name, role: 'workspace', bytes: floatBytes(rows * numCols) },
  }));

/** Own and other lines of a pass over the matrix. */
function sides(problem: ContrastiveProblem, along: 'rows' | 'columns'): { own: Chunk; other: Chunk } {
  const [rows, cols] = [chunksAlong(problem, 'rows', 0)[0], chunksAlong(problem, 'columns', 0)[0]];
  if (rows === undefined || cols === undefined) throw new RangeError('a problem has rows and columns');
  return along === 'rows' ? { own: rows, other: cols } : { own: cols, other: rows };
}

/** 1 U for all rows: the products of some rows with all columns; then those of the teacher's embeddings. */
export function productsPasses(problem: ContrastiveProblem, rows: Panel): Pass[] {
  const { embedDim, teacherDim } = problem;
  const { other } = sides(problem, 'rows');
  const student = { x: 'x', y: other.of, products: 'products' };
  const teacher = { x: 'teacherX', y: 'teacherY', products: 'taught' };
  return [
    productsPass(problem, rows, student, embedDim),
    ...(teacherDim === undefined ? [] : [productsPass(problem, rows, teacher, teacherDim)]),
  ];
}

function productsPass(
  problem: ContrastiveProblem,
  rows: Panel,
  { x, y, products }: Readonly<Record<'x' | 'y' | 'products', string>>,
  width: number,
): Pass {
  const { numRows, numCols, embedDim } = problem;
  const work = ((width / embedDim) * rows.count) / numRows;
  const reads = elementwiseReads(rows.count, numCols, WORKGROUP_SIZE);
  return contrastivePass(problem, {
    label: 'naive products',
    shader: 'contrastive/naive_products',
    // A teacher's embeddings are f32 always.
    conditions: { F16: x === 'x' && problem.dtype === 'f16' },
    constants: { WORKGROUP_SIZE, DEPTH: width },
    bindings: [
      ...moved((reads.left * rows.count) / numRows, read({ x })),
      ...moved(reads.right, read({ y })),
      ...moved(1, readWrite({ products })),
    ],
    workgroups: ceilDiv(rows.count * numCols, WORKGROUP_SIZE),
    flops: work * similarityFlops(problem),
    work,
    rowPanel: rows,
  });
}

const taughtProducts = ({ teacherDim }: ContrastiveProblem): string[] =>
  teacherDim === undefined ? [] : ['taught'];

/** The statistics of some rows, and what they add to those of the columns. */
export const storedStats = (problem: ContrastiveProblem, rows: Panel): Pass[] => [
  ...(hasStats(problem) ? [statsPass(problem, 'rows', rows)] : []),
  ...(lossOf(problem.loss).symmetric ? [statsPass(problem, 'columns', rows)] : []),
];

function statsPass(problem: ContrastiveProblem, along: 'rows' | 'columns', rows: Panel): Pass {
  const { own, other } = sides(problem, along);
  const hardest = hardestSpec(problem);
  const byRow = along === 'rows';
  return contrastivePass(problem, {
    label: `naive stats of ${along}`,
    shader: 'contrastive/naive_stats',
    conditions: { BY_COLUMN: !byRow },
    constants: { WORKGROUP_SIZE, ...hardest.constants },
    bindings: [
      ...read('products', ...taughtProducts(problem)),
      ...readWrite('lines'),
      ...(byRow ? hardest.bindings : []),
    ],
    workgroups: ceilDiv(byRow ? rows.count : own.count, WORKGROUP_SIZE),
    flops: 4 * rows.count * problem.numCols,
    own,
    other,
    ...(byRow ? { rowPanel: rows } : { panel: rows }),
  });
}

/** Products of some rows become weights; 2 U for all rows: their gradients, and what they add to those of the columns. */
export const storedGradients = (problem: ContrastiveProblem, rows: Panel): Pass[] => [
  matrixPass(problem, rows),
  ...(problem.gradients.includes('x') ? [gradientPass(problem, 'x', rows)] : []),
  ...(problem.gradients.includes('y') ? [gradientPass(problem, 'y', rows)] : []),
];

/** Whether a loss or its gradients need the weights of pairs. */
export const needsWeights = ({ gradients, loss }: ContrastiveProblem): boolean =>
  gradients.length > 0 || lossOf(loss).pairwise;

function matrixPass(problem: ContrastiveProblem, rows: Panel): Pass {
  const { conditions, bindings } = termsOf(problem, 'x');
  const { labelSets } = problem;
  return contrastivePass(problem, {
    label: 'naive gradient matrix',
    shader: 'contrastive/naive_gradient_matrix',
    conditions: { ...directions(problem, 'x'), ...conditions },
    constants: { WORKGROUP_SIZE, SETS: labelSets ?? 1 },
    bindings: [
      ...read('lines', ...taughtProducts(problem), ...(labelSets === undefined ? [] : ['labels'])),
      ...moved(2, readWrite('products')),
      ...bindings,
    ],
    workgroups: ceilDiv(rows.count, WORKGROUP_SIZE),
    flops: 8 * rows.count * problem.numCols,
    rowPanel: rows,
  });
}

function gradientPass(problem: ContrastiveProblem, of: 'x' | 'y', rows: Panel): Pass {
  const { numRows, numCols, embedDim } = problem;
  const byRow = of === 'x';
  const { own, other } = sides(problem, byRow ? 'rows' : 'columns');
  const lines = byRow ? rows : { first: 0, count: numOwnCols(problem) };
  const met = byRow ? numCols : rows.count;
  const work = (lines.count * met) / (numRows * numCols);
  const reads = elementwiseReads(lines.count, embedDim, WORKGROUP_SIZE);
  return contrastivePass(problem, {
    label: `naive ${of}Grad`,
    shader: 'contrastive/naive_gradient',
    conditions: { BY_COLUMN: !byRow },
    constants: { WORKGROUP_SIZE, DEPTH: embedDim },
    bindings: [
      ...moved(reads.left, read({ weights: 'products' })),
      ...moved((reads.right * met) / other.count, read({ others: other.of })),
      ...readWrite({ gradient: `${of}Grad` }),
      ...(problem.normalize === true ? read('lines') : []),
    ],
    workgroups: ceilDiv(lines.count * embedDim, WORKGROUP_SIZE),
    flops: work * similarityFlops(problem),
    work,
    own,
    other,
    rowPanel: lines,
    ...(byRow ? {} : { panel: rows }),
  });
}
