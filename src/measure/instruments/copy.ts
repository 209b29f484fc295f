import { ceilDiv, read, readWrite, u32, type Plan } from '../../core/plan.ts';

const WORKGROUP_SIZE = 256;
const VEC4_BYTES = 16;

/** `copied` = `source`, of that many bytes: a multiple of 16. */
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
        // None; but the runner slices by it, and a vec4 takes as long as some.
        flops: 4 * count,
      },
    ],
  };
}
