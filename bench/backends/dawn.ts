import { create, globals } from 'webgpu';
import type { Lab } from '../../src/worker/lab.ts';
import { memoryStore } from '../../src/worker/tuned-store.ts';
import { isNamed, NoWebGPUError } from '../errors.ts';
import type { Backend, BackendOptions } from './backend.ts';
import { askPatiently, EAGER_MS } from './patient-polls.ts';
import { chooseSwiftShader } from './swiftshader.ts';

/** The class itself: how to load it differs between the source tree and a packed folder. */
export type LoadLab = () => Promise<{ readonly Lab: typeof Lab; close(): Promise<void> }>;

/** Dawn's toggles for experimental features. */
const TOGGLES = ['allow_unsafe_apis'];

/** Dawn crashes when its instance is collected before its devices: this keeps it for the life of the process. */
let instance: GPU | undefined;
let asksPatiently = false;

/**
 * WebGPU inside this Node process, through Dawn: on any machine with a Vulkan, Metal or D3D12 driver.
 * @param toggles of Dawn, besides the usual ones; they count for the first call of a process
 * @param eagerMs how long Dawn asks for news as often as it can; counts for the first call, too
 * @throws NoWebGPUError if SwiftShader is asked for and is not there
 */
export function openDawn(
  { adapter, log }: Pick<BackendOptions, 'adapter' | 'log'>,
  toggles: readonly string[] = [],
  eagerMs = EAGER_MS,
): GPU {
  if (adapter === 'swiftshader') chooseSwiftShader(log);
  // GPUBufferUsage and the like, which a browser has as globals.
  Object.assign(globalThis, globals);
  if (!asksPatiently) askPatiently(globalThis, eagerMs);
  asksPatiently = true;
  instance ??= create([
    `enable-dawn-features=${[...TOGGLES, ...toggles].join(',')}`,
    // Timestamps as the GPU gives them: there is no page here to hide them from.
    'disable-dawn-features=timestamp_quantization',
  ]);
  return instance;
}

/**
 * Dawn's GPU, on SwiftShader where `default` finds no driver: for commands that have no browser to fall back on.
 * @throws NoWebGPUError if that is not there either
 */
export async function openAnyDawn(options: Pick<BackendOptions, 'adapter' | 'log'>): Promise<GPU> {
  const gpu = openDawn(options);
  if (options.adapter !== 'default' || (await gpu.requestAdapter()) !== null) return gpu;
  options.log(
    `${NO_DRIVER}\nWarning: until then this runs on SwiftShader, which is a CPU that acts as a GPU.`,
  );
  // An instance never looks for a driver twice.
  instance = undefined;
  return openDawn({ ...options, adapter: 'swiftshader' });
}

/** Advice where Dawn finds no adapter, for which it gives no reason. */
export const NO_DRIVER =
  process.platform === 'linux'
    ? 'Dawn finds no Vulkan driver. Install the loader and a driver (Intel, AMD: apt-get install libvulkan1 ' +
      'mesa-vulkan-drivers; NVIDIA: its own driver, and in a container NVIDIA_DRIVER_CAPABILITIES=all); ' +
      'vulkaninfo --summary must list the GPU.'
    : 'Dawn finds no driver for this GPU.';

export function dawnBackend(loadLab: LoadLab): Backend {
  return async ({ tuned, ...options }) => {
    const gpu = openDawn(options);
    const loaded = await loadLab();
    try {
      const lab = await loaded.Lab.open({ gpu, tuned: memoryStore(tuned) });
      return {
        device: lab.device,
        tuned: await lab.tuned(),
        measure: (plan, given) => lab.measure(plan, given),
        tune: ({ operation, problem, ...rest }, given) => lab.tune(operation, problem, { ...rest, ...given }),
        async close() {
          lab.close();
          await loaded.close();
        },
      };
    } catch (error) {
      await loaded.close();
      throw isNamed(error, 'UnsupportedError') ? new NoWebGPUError(NO_DRIVER) : error;
    }
  };
}
