import { mentions } from '../modifiers.ts';
import { broadcastStrides } from '../broadcast.ts';
import type { AttentionProblem } from '../problem.ts';

/** Whether it takes more than its place to know whether a query sees a key. */
export const isMasked = ({ maskShape, maskMod, blockMask }: AttentionProblem): boolean =>
  maskShape !== undefined || maskMod !== undefined || blockMask !== undefined;

/** Groups, one for each key/value head of the batch, that may differ in which of their keys are seen; 1 if none does. */
export function classGroups(problem: AttentionProblem): number {
  const { maskShape, maskMod = '', blockMask, seqLensKV, batch, numKVHeads } = problem;
  const [byEntry = 0, byHead = 0] = maskShape ? broadcastStrides('mask', maskShape, problem) : [];
  const [entries = 1, heads = 1] = blockMask?.shape ?? [];
  const alike =
    Math.max(entries, heads) === 1 &&
    byEntry === 0 &&
    byHead === 0 &&
    seqLensKV === undefined &&
    !mentions(maskMod, ['b', 'h']);
  return alike ? 1 : batch * numKVHeads;
}
