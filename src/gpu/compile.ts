import { RecentlyUsed } from '../core/recently-used.ts';
import type { Pass, ShaderSources } from '../core/plan.ts';
import type { ShaderError } from '../core/errors.ts';
import type { Declarations, Fault } from './declarations.ts';
import { guardLayout } from './guard-mark.ts';
import type { CutOff } from './shader-module.ts';
import { specKey } from './spec-key.ts';

/** A compiled pass: its pipeline and the layout of its bind groups. */
export interface CompiledPass {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroupLayout;
  /** The names that the pass's buffers and uniforms are found by. */
  readonly declarations: Declarations;
  /** Makes an error of a fault in the linked text. */
  readonly errorOf: (fault: Fault) => Promise<ShaderError>;
  readonly slice: GPUBindGroupLayout;
  /** For guarded code: the layout of its mark, and the error for a loop that was cut off. */
  readonly guard?: { readonly layout: GPUBindGroupLayout; readonly cutOff: CutOff };
  /** Equal keys are the same code: what is learnt about one pass's speed holds for the other. */
  readonly key: string;
}

/** Enough for every pass of a long comparison. Texts that somebody types would fill any cache without an end. */
const MAX_PIPELINES = 256;

/** Compiles passes once each, whatever plan they come from; keeps the pipelines that were used last. */
export class PipelineCache {
  private readonly compiled = new RecentlyUsed<string, Promise<CompiledPass>>(MAX_PIPELINES);
  private readonly sliceLayout: GPUBindGroupLayout;
  private readonly guardLayout: GPUBindGroupLayout;

  /** @param sources the shaders, if not the shipped ones */
  constructor(
    private readonly device: GPUDevice,
    private readonly sources?: ShaderSources,
  ) {
    const slice: GPUBindGroupLayoutEntry = {
      binding: 0,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: 16 },
    };
    this.sliceLayout = device.createBindGroupLayout({ label: 'slice', entries: [slice] });
    this.guardLayout = guardLayout(device);
  }

  /** @throws ShaderError with the `.wesl` file and line */
  get(pass: Pass): Promise<CompiledPass> {
    const key = specKey(pass);
    let entry = this.compiled.get(key);
    if (entry === undefined) {
      entry = this.compile(pass, key);
      this.compiled.set(key, entry);
      // A failure (a lost device, say) must not answer for every later try.
      entry.catch(() => {
        this.compiled.delete(key);
      });
    }
    return entry;
  }

  private async compile(pass: Pass, key: string): Promise<CompiledPass> {
    // Shaders and linker are half of the worker: fetched when something first runs.
    const { compileModule, faultInSource } = await import('./shader-module.ts');
    const { module, declarations, cutOff } = await compileModule(this.device, pass, this.sources);
    const entries = layoutEntries(declarations);
    const bindings = this.device.createBindGroupLayout({ label: pass.label, entries });
    const slice = this.sliceLayout;
    const guard = cutOff && { layout: this.guardLayout, cutOff };
    const bindGroupLayouts = [bindings, slice, ...(guard ? [guard.layout] : [])];
    const pipeline = await this.device.createComputePipelineAsync({
      label: pass.label,
      layout: this.device.createPipelineLayout({ bindGroupLayouts }),
      compute: { module, entryPoint: 'main' },
    });
    const errorOf = (fault: Fault) => faultInSource(pass, fault, this.sources);
    return { pipeline, bindings, declarations, errorOf, slice, key, ...(guard && { guard }) };
  }
}

function layoutEntries({ storage, params }: Declarations): GPUBindGroupLayoutEntry[] {
  const entry = (binding: number, type: GPUBufferBindingType): GPUBindGroupLayoutEntry => ({
    binding,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type },
  });
  return [
    ...(params ? [entry(params.binding, 'uniform')] : []),
    ...storage.map(({ binding, access }) =>
      entry(binding, access === 'read' ? 'read-only-storage' : 'storage'),
    ),
  ];
}
