import type { Pass } from '../core/plan.ts';

/** Largest `minUniformBufferOffsetAlignment` a device may have. Every pass's params start at a multiple. */
export const UNIFORM_STRIDE = 256;

/** The params of all passes, laid out one stride apart. */
export function uniformData(passes: readonly Pass[]): ArrayBuffer {
  const data = new DataView(new ArrayBuffer(UNIFORM_STRIDE * passes.length));
  passes.forEach((pass, index) => {
    if (4 * pass.uniforms.length > UNIFORM_STRIDE)
      throw new RangeError(`${pass.label} has too many uniforms`);
    pass.uniforms.forEach(({ type, value }, slot) => {
      const offset = index * UNIFORM_STRIDE + 4 * slot;
      if (type === 'f32') data.setFloat32(offset, value, true);
      else if (type === 'i32') data.setInt32(offset, value, true);
      else data.setUint32(offset, value, true);
    });
  });
  return data.buffer;
}
