import { floatBuffer, type Plan, type PlanBuffer } from '../../../core/plan.ts';
import type { Params } from '../../../core/variant.ts';
import { inputBuffers, statsBytes } from '../passes/buffers.ts';
import { mergePass } from '../passes/merge.ts';
import { rotatedBuffers, rotatePasses } from '../passes/rotate.ts';
import { mergeIntoPass, statePasses, type StateBuffers } from '../passes/state.ts';
import { tiling } from '../passes/tiling.ts';
import { attentionSizes, type AttentionProblem } from '../problem.ts';

/** The state of a rank's rows over all keys that have visited it. */
export const MERGED: StateBuffers = { output: 'merged', stats: 'mergedStats' };

const PART: StateBuffers = { output: 'part', stats: 'partStats' };

/** A state's buffers. */
export const stateBuffers = (
  problem: AttentionProblem,
  role: PlanBuffer['role'],
  { output, stats }: StateBuffers,
): PlanBuffer[] => [
  floatBuffer(role, output, attentionSizes(problem).output),
  { name: stats, role, bytes: statsBytes(problem) },
];

/** Attention of some rows over some keys, merged into what the rows have seen before. Sinks are in the state from the first. */
export function mergedPlan(problem: AttentionProblem, params: Params): Plan {
  const tiles = tiling(problem, params, 1);
  return {
    buffers: [
      ...inputBuffers(problem),
      ...rotatedBuffers(problem),
      ...stateBuffers(problem, 'workspace', PART),
      ...stateBuffers(problem, 'state', MERGED),
      ...tiles.buffers,
    ],
    passes: [
      ...tiles.passes,
      ...rotatePasses(problem),
      ...statePasses(problem, tiles, PART),
      mergeIntoPass(problem, PART, MERGED),
    ],
  };
}

/** Output and lse of rows that have seen all keys. */
export function finishedPlan(problem: AttentionProblem): Plan {
  const { output, lse: numRows } = attentionSizes(problem);
  return {
    buffers: [
      ...stateBuffers(problem, 'state', MERGED),
      floatBuffer('output', 'output', output),
      floatBuffer('output', 'lse', numRows),
    ],
    passes: [
      mergePass(
        { numStates: 1, numRows, headDimV: problem.headDimV },
        { outputs: MERGED.output, stats: MERGED.stats },
      ),
    ],
  };
}
