import { ShaderError } from '../core/errors.ts';
import type { ShaderSources, ShaderSpec } from '../core/plan.ts';
import { declarationsOf, type Declarations, type Fault } from './declarations.ts';
import { guardLoops, type GuardScope } from './guard.ts';
import { inSource } from './in-source.ts';
import { checkInjected } from './injected.ts';
import { linkShader, type LinkedShader } from './link.ts';
import { SHADER_SOURCES } from './sources.ts';

/** A shader as the compiler has read it. */
export interface ReadShader {
  readonly module: GPUShaderModule;
  readonly shader: LinkedShader;
  readonly declarations: Declarations;
  /** Errors of the compiler and of binding, at the places where they were written; empty if the module is good. */
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
  const refused = info.messages
    .filter(({ type }) => type === 'error')
    .map(({ offset, message }) => ({ at: offset, message }));
  const declarations = declarationsOf(shader);
  const faults = [...declarations.faults, ...refused].map((fault) => inSource(spec, shader, fault));
  return { module, shader, declarations, faults };
}

/** The place of a fault in the sources of a shader that linked before. Linking it once more is better than keeping the way back. */
export async function faultInSource(
  spec: ShaderSpec,
  fault: Fault,
  sources?: ShaderSources,
): Promise<ShaderError> {
  return inSource(spec, await linkShader(spec, sources), fault);
}

/** Makes the error for a loop that was cut off, from its place in the linked text. */
export type CutOff = (place: number) => ShaderError;

/** A shader that can be made into a pipeline. */
export interface CompiledModule {
  readonly module: GPUShaderModule;
  readonly declarations: Declarations;
  /** For guarded code. */
  readonly cutOff?: CutOff;
}

/** Links and compiles a shader. @throws ShaderError with the `.wesl` file and line, or the place in an injected function */
export async function compileModule(
  device: GPUDevice,
  spec: ShaderSpec,
  sources?: ShaderSources,
): Promise<CompiledModule> {
  const { module, shader, declarations, faults } = await readShader(device, spec, sources);
  const [first] = faults;
  if (first !== undefined) throw first;
  const { mostTurns } = spec;
  if (mostTurns === undefined) return { module, declarations };
  const message = `this loop was cut off after ${mostTurns.toLocaleString('en')} turns`;
  return {
    module: await guardedModule(device, spec.shader, (scope) => guardLoops(shader.wgsl, mostTurns, scope)),
    declarations,
    cutOff: (place) => inSource(spec, shader, { at: place, message }),
  };
}

/** Its code is good as it stands. @throws ShaderError if it is not with its loops counted */
async function guardedModule(
  device: GPUDevice,
  shader: string,
  guarded: (scope: GuardScope) => string,
): Promise<GPUShaderModule> {
  const faults: string[] = [];
  for (const scope of ['invocation', 'function'] as const) {
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ label: `${shader}, guarded`, code: guarded(scope) });
    const [{ messages }] = await Promise.all([module.getCompilationInfo(), device.popErrorScope()]);
    const fault = messages.find(({ type }) => type === 'error');
    if (fault === undefined) return module;
    faults.push(fault.message);
  }
  throw new ShaderError(`shaders/${shader}.wesl`, 1, 1, `no guard fits: ${faults.join('; ')}`);
}
