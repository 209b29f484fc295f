import { create, globals } from 'webgpu';
import { afterAll } from 'vitest';

/** A GPU that checks everything and runs nothing. Dawn crashes when its instance is collected before its devices: this keeps it for the life of the process. */
export const nullGpu = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);

// GPUBufferUsage and the like, which a browser has as globals.
Object.assign(globalThis, globals);

// A live device can keep the process from ending.
const devices: GPUDevice[] = [];
afterAll(() => {
  for (const device of devices.splice(0)) device.destroy();
});

/**
 * A device that checks everything and runs nothing, so that shaders for any GPU compile on a machine without one.
 * Import this from test files only: their end destroys it.
 *
 * @param features what to enable; left out, every feature Dawn knows. Limits are WebGPU's defaults: the null backend has no more.
 */
export async function openNullDevice(features?: readonly GPUFeatureName[]): Promise<GPUDevice> {
  const adapter = await nullGpu.requestAdapter();
  if (!adapter) throw new Error('Dawn gives no null adapter');
  const requiredFeatures = [...(features ?? adapter.features)] as GPUFeatureName[];
  const device = await adapter.requestDevice({ requiredFeatures });
  devices.push(device);
  return device;
}
