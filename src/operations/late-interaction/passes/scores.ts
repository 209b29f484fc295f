import { ceilDiv, read, readWrite, type Pass } from '../../../core/plan.ts';
import { numRows, type LateProblem } from '../problem.ts';
import { latePass, WORKGROUP_SIZE } from './pass.ts';

/** Adds up the largest dot products of each query's tokens. */
export const scoresPass = (problem: LateProblem): Pass =>
  latePass(problem, {
    label: 'scores',
    shader: 'late/scores',
    constants: { WORKGROUP_SIZE },
    bindings: [...read('bestDots'), ...readWrite('scores')],
    workgroups: ceilDiv(problem.numQueries * problem.numDocuments, WORKGROUP_SIZE),
    flops: numRows(problem) * problem.numDocuments,
  });
