import { ceilDiv, read, readWrite, type Pass } from '../../../core/plan.ts';
import { moved } from '../../../core/traffic.ts';
import { MEND_WORKGROUP_SIZE as WORKGROUP_SIZE } from '../../attention/passes/mend.ts';
import { attentionPass } from '../../attention/passes/pass.ts';
import { COPIES, gradientsIn } from '../../attention/passes/rotate.ts';
import { attentionSizes } from '../../attention/problem.ts';
import type { AttentionBackwardProblem } from '../problem.ts';

/** Computes rows of the query's gradient once more that hidden keys have made NaN. */
export const mendQueryPass = (problem: AttentionBackwardProblem): Pass =>
  mendGradientPass(problem, 'query', attentionSizes(problem).lse, {
    query_grad: gradientsIn(problem, COPIES).query,
  });

/** Computes the gradients of keys and values once more that hidden rows have made NaN. */
export const mendKeyValuePass = (problem: AttentionBackwardProblem): Pass =>
  mendGradientPass(problem, 'key_value', problem.batch * problem.numKVHeads * problem.seqLenKV, {
    key_grad: gradientsIn(problem, COPIES).key,
    value_grad: 'valueGrad',
  });

function mendGradientPass(
  problem: AttentionBackwardProblem,
  of: 'query' | 'key_value',
  numRows: number,
  gradients: Readonly<Record<string, string>>,
): Pass {
  const { headDim, headDimV } = problem;
  return attentionPass(problem, {
    label: `mend ${of.replace('_', ' and ')} gradient`,
    shader: `attention/mend_${of}_gradient`,
    modules: { load: 'lib/load/packed' },
    constants: { WORKGROUP_SIZE, DEPTH: headDim, WIDTH: headDimV },
    bindings: [
      ...moved(0, read({ left: 'packedRows', right: 'packedKeys' }, 'rowData')),
      ...readWrite(gradients),
    ],
    workgroups: ceilDiv(numRows, WORKGROUP_SIZE),
    flops: numRows * (headDim + headDimV),
  });
}
