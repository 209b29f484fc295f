import { ceilDiv, read, readWrite, type Pass } from '../../../core/plan.ts';
import type { ContrastiveProblem } from '../problem.ts';
import { scaleTerms } from './buffers.ts';
import { contrastivePass, gradientOf, rowsOf, type Chunk } from './pass.ts';

const WORKGROUP_SIZE = 64;

/** Negatives of single rows: into the statistics or, once the losses are known, into the gradients. */
export function rowNegativesPasses(
  problem: ContrastiveProblem,
  rowChunks: readonly Chunk[],
  into: 'stats' | 'gradients',
): Pass[] {
  const { rowNegatives, embedDim, gradients } = problem;
  if (rowNegatives === undefined) return [];
  const wantsX = gradients.includes('x');
  const wantsScale = gradients.includes('logitScale');
  if (into === 'gradients' && !wantsX && !wantsScale) return [];
  return rowChunks.map((own) =>
    contrastivePass(problem, {
      label: `row negatives, ${into}`,
      shader: `contrastive/row_negatives${into === 'gradients' ? '_gradient' : ''}`,
      conditions: into === 'stats' ? {} : { EMBED_GRAD: wantsX, SCALE_GRAD: wantsScale },
      constants: { WORKGROUP_SIZE, DEPTH: embedDim, OWN_NEGATIVES: rowNegatives },
      bindings: [
        rowsOf(own, 'x'),
        { buffer: 'rowNegatives', chunk: own.index, access: 'read' },
        ...(into === 'gradients' ? read('lines') : readWrite('lines')),
        ...(into === 'gradients' && wantsX ? [gradientOf(own)] : []),
        ...(into === 'gradients' && wantsScale ? readWrite({ scale_terms: scaleTerms(problem) }) : []),
      ],
      workgroups: ceilDiv(own.count, WORKGROUP_SIZE),
      flops: 4 * embedDim * rowNegatives * own.count,
      own,
    }),
  );
}
