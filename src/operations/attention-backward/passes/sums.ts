import { ceilDiv, read, readWrite, u32, type Binding, type Pass } from '../../../core/plan.ts';
import type { AttentionBackwardProblem } from '../problem.ts';

const WORKGROUP_SIZE = 64;

/** Extents of three axes. */
type Axes = readonly [number, number, number];

/** Sums `terms` over the axes whose extent is 1 in `kept`. */
export function sumAxesPass(label: string, terms: string, sums: string, extents: Axes, kept: Axes): Pass {
  const summed = extents.map((extent, axis) => extent / (kept[axis] ?? 1));
  const names = ['x', 'y', 'z'];
  const size = (axes: readonly number[]) => axes.reduce((product, extent) => product * extent, 1);
  return {
    label,
    shader: 'reduce/sum_axes',
    conditions: {},
    constants: { WORKGROUP_SIZE },
    uniforms: [
      ...names.map((name, axis) => u32(`kept_${name}`, kept[axis] ?? 1)),
      ...names.map((name, axis) => u32(`summed_${name}`, summed[axis] ?? 1)),
    ],
    bindings: [...read({ terms }), ...readWrite({ sums })],
    workgroups: size(kept),
    flops: 4 * size(extents),
  };
}

/** Adds f32 values to others, in place. */
export const addToPass = (label: string, terms: string, sums: string, count: number): Pass => ({
  label,
  shader: 'reduce/add_to',
  conditions: {},
  constants: { WORKGROUP_SIZE },
  uniforms: [u32('count', count)],
  bindings: [...read({ terms }), ...readWrite({ sums })],
  workgroups: ceilDiv(count, WORKGROUP_SIZE),
  flops: count,
});

/** Each head's sum of `sinkTerms`, one per row. */
export const sinksPass = ({ batch, numHeads, seqLenQ }: AttentionBackwardProblem): Pass =>
  sumAxesPass('sinks gradient', 'sinkTerms', 'sinksGrad', [batch, numHeads, seqLenQ], [1, numHeads, 1]);

/** The terms of the sinks' gradient, where there are any. */
export const sinkTerms = ({ sinks }: AttentionBackwardProblem): Binding[] =>
  sinks === true ? readWrite('sinkTerms') : [];
