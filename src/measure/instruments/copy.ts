import { ceilDiv, read, readWrite, u32, type Plan } from '../../core/plan.ts';

const WORKGROUP_SIZE = 256;
const VEC4_BYTES = 16;

/** A plan that copies `source` to `copied`. @param bytes a multiple of 16 */
export function copyPlan(bytes: number): Plan {
  const count = bytes / VEC4_BYTES;
  return {
    buffers: [
      { name: 'source', role: 'input', bytes },
      { name: 'copied', role: 'output', bytes },
    ],
    passes: [
      {
        label: 'copy',
        shader: 'instrument/copy',
        conditions: {},
        constants: { WORKGROUP_SIZE },
        uniforms: [u32('count', count)],
        bindings: [...read('source'), ...readWrite('copied')],
        workgroups: ceilDiv(count, WORKGROUP_SIZE),
        // A copy has no FLOPs. The runner slices by this number, so it says how long a vec4 takes in FLOPs.
        flops: 4 * count,
      },
    ],
  };
}
