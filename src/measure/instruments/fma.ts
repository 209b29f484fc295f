import { f32, floatBytes, readWrite, u32, type Plan } from '../../core/plan.ts';

const WORKGROUP_SIZE = 64;
/** Workgroups enough for the largest GPUs: 132 multiprocessors with 2048 invocations each hold 270,000. */
const WORKGROUPS = 4096;
const CHAINS = 8;
const STEPS = 16;

/** The value that x ← x / 2 + 1 converges to, from any start. */
const FIXED_POINT = 2;

/** The value of every element of `sums` after a few tens of steps. */
export const FMA_SUM = CHAINS * FIXED_POINT;

/** A plan of nothing but multiply-adds: 262,144 invocations, each `rounds` times 16 steps on 8 independent values. */
export function fmaPlan(rounds: number): Plan {
  const invocations = WORKGROUPS * WORKGROUP_SIZE;
  return {
    buffers: [{ name: 'sums', role: 'output', bytes: floatBytes(invocations) }],
    passes: [
      {
        label: 'multiply-adds',
        shader: 'instrument/fma',
        conditions: {},
        constants: { WORKGROUP_SIZE, CHAINS, STEPS },
        uniforms: [f32('factor', 0.5), f32('term', 1), u32('rounds', rounds)],
        bindings: readWrite('sums'),
        workgroups: WORKGROUPS,
        flops: 2 * invocations * CHAINS * STEPS * rounds,
      },
    ],
  };
}
