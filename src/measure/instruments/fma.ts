import { f32, floatBytes, readWrite, u32, type Plan } from '../../core/plan.ts';

const WORKGROUP_SIZE = 64;
/** Enough invocations for the largest GPUs: 132 multiprocessors of 2048 each are 270,000. */
const WORKGROUPS = 4096;
const CHAINS = 8;
const STEPS = 16;

/** x ← x / 2 + 1 ends at 2, whatever it begins with. */
const FIXED_POINT = 2;

/** What every element of `sums` is, after some tens of steps. */
export const FMA_SUM = CHAINS * FIXED_POINT;

/** Pure multiply-adds: `rounds` of them, 16 steps each, on 8 independent values of 262,144 invocations. */
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
