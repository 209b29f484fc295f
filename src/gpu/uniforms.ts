import type { Uniform } from '../core/plan.ts';

/** Largest `minUniformBufferOffsetAlignment` a device may have. Every pass's params start at a multiple. */
export const UNIFORM_STRIDE = 256;

/** A value at its place in the uniform buffer of a pass. */
export interface PlacedUniform extends Pick<Uniform, 'type' | 'value'> {
  readonly offset: number;
}

/** The params of all passes, laid out one stride apart. */
export function uniformData(passes: readonly (readonly PlacedUniform[])[]): ArrayBuffer {
  const data = new DataView(new ArrayBuffer(UNIFORM_STRIDE * passes.length));
  passes.forEach((uniforms, index) => {
    for (const { type, value, offset } of uniforms) {
      const at = index * UNIFORM_STRIDE + offset;
      if (type === 'f32') data.setFloat32(at, value, true);
      else if (type === 'i32') data.setInt32(at, value, true);
      else data.setUint32(at, value, true);
    }
  });
  return data.buffer;
}
