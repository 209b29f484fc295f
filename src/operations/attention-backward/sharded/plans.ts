import { optionBuffers } from '../../../core/option-data.ts';
import { floatBuffer, typedBuffer, type Plan } from '../../../core/plan.ts';
import type { Params } from '../../../core/variant.ts';
import { tensorBuffer } from '../../attention/passes/buffers.ts';
import { rotatedBuffers, rotatePasses } from '../../attention/passes/rotate.ts';
import { tiling } from '../../attention/passes/tiling.ts';
import { attentionSizes } from '../../attention/problem.ts';
import { stateBuffers } from '../../attention/sharded/plans.ts';
import { attentionBackwardOptions } from '../options.ts';
import { backwardBuffers } from '../passes/buffers.ts';
import { deltaPass, gradientStage, isTwoTerm, operandStage, rowDataPass } from '../passes/stages.ts';
import { addToPass, sinksPass } from '../passes/sums.ts';
import type { AttentionBackwardProblem } from '../problem.ts';

/** Sums over blocks of the gradients of query, key and value, by the plan's names of what is added. */
export const SUMS = { queryGrad: 'querySum', keyGrad: 'keySum', valueGrad: 'valueSum' } as const;

/** The names by which the passes of gradients know a finished state. */
const STATE = { output: 'output', stats: 'rowStats' };

/** The part of some keys in the deltas of rows, added to `deltaSum`: where scores have two terms. */
export function deltaPlan(problem: AttentionBackwardProblem, params: Params): Plan {
  const tiles = tiling(problem, params, 1);
  const operands = operandStage(problem);
  const { lse: numRows } = attentionSizes(problem);
  return {
    buffers: [
      ...backwardBuffers(problem).filter(({ role }) => role === 'input'),
      ...rotatedBuffers(problem),
      ...stateBuffers(problem, 'state', STATE),
      floatBuffer('workspace', 'deltas', numRows),
      floatBuffer('state', 'deltaSum', numRows),
      ...operands.buffers,
      ...tiles.buffers,
    ],
    passes: [
      ...tiles.passes,
      ...rotatePasses(problem),
      ...operands.passes,
      deltaPass(problem, params, tiles),
      addToPass('add deltas', 'deltas', 'deltaSum', numRows),
    ],
  };
}

/** The data of each row that gradients need, from its finished state; and the gradients of sinks. */
export function rowsPlan(problem: AttentionBackwardProblem): Plan {
  const { lse: numRows, output } = attentionSizes(problem);
  return {
    buffers: [
      ...stateBuffers(problem, 'state', STATE),
      tensorBuffer(problem, 'input', 'outputGrad', output),
      ...(isTwoTerm(problem) ? [floatBuffer('state', 'deltas', numRows)] : []),
      floatBuffer('state', 'rowData', 4 * numRows),
      ...optionBuffers(attentionBackwardOptions, problem).map(({ name, dtype, count }) =>
        typedBuffer('input', name, dtype, count),
      ),
      ...(problem.sinks === true
        ? [
            floatBuffer('workspace', 'sinkTerms', numRows),
            floatBuffer('output', 'sinksGrad', problem.numHeads),
          ]
        : []),
    ],
    passes: [rowDataPass(problem), ...(problem.sinks === true ? [sinksPass(problem)] : [])],
  };
}

/** The part of a block of rows and keys in the gradients, added to `SUMS`; that of the bias as it is. */
export function blockGradientPlan(problem: AttentionBackwardProblem, params: Params): Plan {
  const tiles = tiling(problem, params, 1);
  const operands = operandStage(problem);
  const gradients = gradientStage(problem, params, tiles);
  const { query, key, value, lse: numRows } = attentionSizes(problem);
  const counts = { queryGrad: query, keyGrad: key, valueGrad: value };
  const names = ['queryGrad', 'keyGrad', 'valueGrad'] as const;
  return {
    buffers: [
      // Gradients of a block are no result.
      ...backwardBuffers(problem).map((buffer) =>
        buffer.name in SUMS ? { ...buffer, role: 'workspace' as const } : buffer,
      ),
      ...names.map((name) => floatBuffer('state', SUMS[name], counts[name])),
      ...rotatedBuffers(problem),
      floatBuffer('state', 'rowData', 4 * numRows),
      ...operands.buffers,
      ...tiles.buffers,
      ...gradients.buffers,
    ],
    passes: [
      ...tiles.passes,
      ...rotatePasses(problem),
      ...operands.passes,
      ...gradients.passes,
      ...names.map((name) => addToPass(`add ${name}`, name, SUMS[name], counts[name])),
    ],
  };
}
