import { mapGPUCompilationInfo } from 'wesl';
import { ShaderError } from '../errors.ts';
import type { ShaderSources, ShaderSpec } from '../kernels/plan.ts';
import { checkInjected, toInjected } from './injected.ts';
import { guardLoops } from './guard.ts';
import { linkShader, type LinkedShader } from './link.ts';
import { SHADER_SOURCES } from './sources.ts';

/** A shader as the compiler has read it. */
export interface ReadShader {
  readonly module: GPUShaderModule;
  readonly shader: LinkedShader;
  /** What the compiler refuses, at the places where it was written; empty if the module is good. */
  readonly faults: readonly ShaderError[];
}

/**
 * Links a shader and has its text compiled; no pipeline is made.
 * @throws ShaderError if it does not link, or an injected function is wrong
 */
export async function readShader(
  device: GPUDevice,
  spec: ShaderSpec,
  sources: ShaderSources = SHADER_SOURCES,
): Promise<ReadShader> {
  await checkInjected(device, spec, sources);
  const shader = await linkShader(spec, sources);
  // The scope keeps a compile error from being reported a second time as uncaptured.
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label: spec.shader, code: shader.wgsl });
  const [info] = await Promise.all([module.getCompilationInfo(), device.popErrorScope()]);
  const faults = mapGPUCompilationInfo(shader.linked, info)
    .messages.filter(({ type }) => type === 'error')
    .map((fault) => {
      const file = fault.module.url.replace(/^.*?(?=\w+\/\w+\.wesl$)/, '');
      return toInjected(
        new ShaderError(`shaders/${file}`, fault.lineNum, fault.linePos, fault.message),
        spec,
      );
    });
  return { module, shader, faults };
}

/** Links and compiles a shader. @throws ShaderError with the `.wesl` file and line, or the place in an injected function */
export async function compileModule(
  device: GPUDevice,
  spec: ShaderSpec,
  sources?: ShaderSources,
): Promise<GPUShaderModule> {
  const { module, shader, faults } = await readShader(device, spec, sources);
  const [first] = faults;
  if (first !== undefined) throw first;
  return spec.guarded === true ? guardedModule(device, spec, shader) : module;
}

/** Its code is good as it stands. @throws ShaderError if a loop ends by `return` alone: it cannot be left otherwise */
async function guardedModule(
  device: GPUDevice,
  { shader }: ShaderSpec,
  { wgsl }: LinkedShader,
): Promise<GPUShaderModule> {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label: `${shader}, guarded`, code: guardLoops(wgsl) });
  const [{ messages }] = await Promise.all([module.getCompilationInfo(), device.popErrorScope()]);
  const fault = messages.find(({ type }) => type === 'error');
  if (fault) throw new ShaderError(`shaders/${shader}.wesl`, 1, 1, `no guard fits: ${fault.message}`);
  return module;
}
