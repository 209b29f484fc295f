import { bind, type BoundProblem } from '../core/bind.ts';
import type { DeviceProfile } from '../core/device-profile.ts';
import type { Pass } from '../core/plan.ts';
import { requireOperation } from '../operations/index.ts';
import { cacheProblem } from '../operations/kv-cache/fill-problem.ts';
import { kvCache } from '../operations/kv-cache/operation.ts';
import { matmul } from '../operations/matmul/operation.ts';
import { matmulProblem } from '../operations/matmul/problem.ts';
import { PipelineCache } from './compile.ts';

/**
 * Any operation's problem, for one device: its variants with their plans. `'matmul'` is the yardstick of the reports, `'kv-cache'` attention over an encoded cache.
 * @throws ShapeError, UnsupportedError
 */
export function bindOperation(id: string, problem: object, device: DeviceProfile): BoundProblem {
  const own = Object.entries(OTHERS).find(([name]) => name === id)?.[1];
  return own === undefined ? requireOperation(id).bind(problem, device) : own(problem, device);
}

/** Kernels that no call asks for by name: the yardstick, and attention over an encoded cache. */
const OTHERS: Readonly<Record<string, (problem: object, device: DeviceProfile) => BoundProblem>> = {
  matmul: (problem, device) => bind(matmul, matmulProblem(problem), device),
  'kv-cache': (problem, device) => bind(kvCache, cacheProblem(problem), device),
};

/** The WGSL that a pass is compiled from. @throws ShaderError with the `.wesl` file and line */
export async function linkPass(pass: Pass): Promise<{ readonly wgsl: string }> {
  const { linkShader } = await import('./link.ts');
  const { wgsl } = await linkShader(pass);
  return { wgsl };
}

/** Compiles passes on a device, each once. The promise rejects with a ShaderError where the code does not compile. */
export function createCompiler(device: GPUDevice): (pass: Pass) => Promise<void> {
  const pipelines = new PipelineCache(device);
  return async (pass) => {
    await pipelines.get(pass);
  };
}
