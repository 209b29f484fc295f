import { create, globals } from 'webgpu';
import type { Lab } from '../../src/worker/lab.ts';
import { memoryStore } from '../../src/worker/tuned-store.ts';
import { isNamed, NoWebGPUError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { chooseSwiftShader } from './swiftshader.ts';

/** The class itself: how to load it differs between the source tree and a packed folder. */
export type LoadLab = () => Promise<{ readonly Lab: typeof Lab; close(): Promise<void> }>;

// Timestamps as the GPU gives them: there is no page here to hide them from.
const OPTIONS = ['enable-dawn-features=allow_unsafe_apis', 'disable-dawn-features=timestamp_quantization'];

/** Dawn crashes when its instance is collected before its devices: this keeps it for the life of the process. */
let instance: GPU | undefined;

/** WebGPU inside this Node process, through Dawn: on any machine with a Vulkan, Metal or D3D12 driver. */
export function dawnBackend(loadLab: LoadLab): Backend {
  return async ({ adapter, tuned, log }) => {
    if (adapter === 'swiftshader') chooseSwiftShader(log);
    // GPUBufferUsage and the like, which a browser has as globals.
    Object.assign(globalThis, globals);
    instance ??= create(OPTIONS);
    const loaded = await loadLab();
    try {
      const lab = await loaded.Lab.open({ gpu: instance, tuned: memoryStore(tuned) });
      return {
        device: lab.device,
        measure: (plan, options) => lab.measure(plan, options),
        tune: ({ operation, problem, ...rest }, options) =>
          lab.tune(operation, problem, { ...rest, ...options }),
        async close() {
          lab.close();
          await loaded.close();
        },
      };
    } catch (error) {
      await loaded.close();
      throw isNamed(error, 'UnsupportedError') ? new NoWebGPUError(error.message) : error;
    }
  };
}
