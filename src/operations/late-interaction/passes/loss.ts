import { ceilDiv, read, readWrite, u32, type Pass } from '../../../core/plan.ts';
import { isSymmetric, keepsMatches, type LateProblem } from '../problem.ts';
import { latePass, WORKGROUP_SIZE } from './pass.ts';

/** The loss of the scores, and the derivatives by them and by their scale. */
export function lossPasses(problem: LateProblem): Pass[] {
  const { loss, gradients, numQueries, numDocuments } = problem;
  if (loss === undefined) return [];
  const both = isSymmetric(loss);
  const lines = both ? numQueries + numDocuments : numQueries;
  const scaled = gradients.includes('logitScale');
  return [
    linesPass(problem, 'rows'),
    ...(both ? [linesPass(problem, 'columns')] : []),
    totalPass('lossTerms', 'loss', lines),
    ...(scaled ? [totalPass('scaleTerms', 'logitScaleGrad', lines)] : []),
    ...(keepsMatches(problem) ? [weightsPass(problem, both)] : []),
  ];
}

function linesPass(problem: LateProblem, along: 'rows' | 'columns'): Pass {
  const { numQueries, numDocuments, gradients } = problem;
  const scaled = gradients.includes('logitScale');
  return latePass(problem, {
    label: `losses of ${along}`,
    shader: 'late/line_losses',
    conditions: { BY_COLUMN: along === 'columns', SCALE_GRAD: scaled },
    constants: { WORKGROUP_SIZE },
    bindings: [
      ...read('scores'),
      ...readWrite({ lines: along === 'rows' ? 'lines' : 'colLines' }, 'lossTerms'),
      ...(scaled ? readWrite('scaleTerms') : []),
    ],
    workgroups: along === 'rows' ? numQueries : numDocuments,
    flops: 8 * numQueries * numDocuments,
  });
}

const weightsPass = (problem: LateProblem, both: boolean): Pass =>
  latePass(problem, {
    label: 'weights',
    shader: 'late/weights',
    conditions: { SYMMETRIC: both },
    constants: { WORKGROUP_SIZE },
    bindings: [...read('scores', 'lines', ...(both ? ['colLines'] : [])), ...readWrite('weights')],
    workgroups: ceilDiv(problem.numQueries * problem.numDocuments, WORKGROUP_SIZE),
    flops: 8 * problem.numQueries * problem.numDocuments,
  });

const totalPass = (terms: string, total: string, count: number): Pass => ({
  label: `sum of ${terms}`,
  shader: 'reduce/sum',
  conditions: {},
  constants: { WORKGROUP_SIZE },
  uniforms: [u32('count', count)],
  bindings: [...read({ terms }), ...readWrite({ total })],
  workgroups: 1,
  flops: count,
});
