import type { Jax } from './towers.ts';

/** Where jax-js computes: on the GPU, or in WebAssembly on the CPU. */
export type TowerDevice = 'webgpu' | 'wasm';

/**
 * Loads jax-js, which is large, and sets where it computes.
 * @returns jax-js, and the device: `wasm` where WebGPU was asked for and jax-js finds none
 */
export async function loadJax(
  wanted: TowerDevice,
): Promise<{ readonly jax: Jax; readonly device: TowerDevice }> {
  const jax = await import('@jax-js/jax');
  // By name: without, it asks for every device there could be.
  const devices = await jax.init(wanted);
  const device = devices.includes(wanted) ? wanted : 'wasm';
  jax.defaultDevice(device);
  return { jax, device };
}
