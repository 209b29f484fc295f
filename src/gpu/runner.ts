import { chunksOf, type Plan, type ShaderSources, type TileCount } from '../core/plan.ts';
import { throwIfAborted } from '../core/errors.ts';
import { BufferSet, checkMemory, readBuffer } from './buffers.ts';
import { PipelineCache, type CompiledPass } from './compile.ts';
import { fold, Pacer, wholePasses, type Slice } from './slices.ts';
import { GUARD_GROUP } from './guard.ts';
import { GuardMark } from './guard-mark.ts';
import { matchPass, type MatchedPass } from './match.ts';
import { SliceTable } from './slice-table.ts';
import { Timer } from './timer.ts';
import { uniformData, UNIFORM_STRIDE } from './uniforms.ts';
import { workDone } from './completion.ts';

export interface ExecuteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called between submissions with the fraction of FLOPs that is done. */
  readonly onFraction?: ((fraction: number) => void) | undefined;
  /** Executions in a row. Default 1. */
  readonly repetitions?: number;
}

/** Time of all repetitions together. */
export interface Elapsed {
  readonly wallMs: number;
  /** Summed GPU time, unless a timestamp pair of the run was not credible. */
  readonly gpuMs: number | undefined;
  readonly submissions: number;
  readonly rejectedTimestamps: number;
}

/** Runs plans on one device: compiles, binds, slices, times. */
export class Runner {
  private readonly pipelines: PipelineCache;
  readonly pacer = new Pacer();
  readonly timer: Timer | undefined;

  /** @param sources the shaders, if not the shipped ones */
  constructor(
    readonly device: GPUDevice,
    sources?: ShaderSources,
  ) {
    this.pipelines = new PipelineCache(device, sources);
    this.timer = Timer.create(device);
  }

  /**
   * Compiles a plan and binds it to buffers. Workspace the caller does not give is allocated.
   * @param buffers by name; each must have `STORAGE` usage and at least the plan's bytes
   * @throws ShaderError, OutOfMemoryError, RangeError if an input or output is missing or too small
   */
  async prepare(plan: Plan, buffers: Readonly<Record<string, GPUBuffer>>): Promise<Job> {
    checkMemory(plan, this.device.limits);
    const missing = plan.buffers.filter(({ name }) => buffers[name] === undefined);
    const chunks = plan.buffers.flatMap((one) =>
      chunksOf(one).map((chunk) => ({ ...chunk, role: one.role })),
    );
    for (const { name, role, bytes } of chunks) {
      const given = buffers[name];
      if (given === undefined && role !== 'workspace') throw new RangeError(`no buffer for ${role} ${name}`);
      if (given !== undefined && given.size < bytes) {
        throw new RangeError(`buffer ${name} has ${given.size} bytes; the plan needs ${bytes}`);
      }
    }
    const compiled = await Promise.all(plan.passes.map((pass) => this.pipelines.get(pass)));
    const matched: MatchedPass[] = [];
    for (const [index, pass] of plan.passes.entries()) {
      const { declarations, errorOf } = at(compiled, index);
      const match = matchPass(pass, declarations, plan.buffers);
      const [fault] = match.faults;
      if (fault !== undefined) throw await errorOf(fault);
      matched.push(match);
    }
    const workspace = await BufferSet.allocate(this.device, { ...plan, buffers: missing });
    return new Job(this, plan, compiled, matched, { ...buffers, ...workspace.buffers }, workspace);
  }

  destroy(): void {
    this.timer?.destroy();
  }
}

/** A plan bound to its buffers, ready to be encoded or executed any number of times. */
export class Job {
  private readonly uniforms: GPUBuffer;
  private readonly groups: readonly GPUBindGroup[];
  private readonly whole: SliceTable;
  private readonly guard: GuardMark | undefined;
  private sliced: SliceTable | undefined;

  constructor(
    private readonly runner: Runner,
    readonly plan: Plan,
    private readonly compiled: readonly CompiledPass[],
    matched: readonly MatchedPass[],
    private readonly buffers: Readonly<Record<string, GPUBuffer>>,
    private readonly workspace: BufferSet,
  ) {
    const { device } = runner;
    const data = uniformData(matched.map(({ uniforms }) => uniforms));
    this.uniforms = device.createBuffer({
      label: 'params',
      size: data.byteLength,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(this.uniforms, 0, data);
    this.groups = plan.passes.map((pass, index) => {
      const { bindings, declarations } = at(compiled, index);
      const params = { buffer: this.uniforms, offset: index * UNIFORM_STRIDE, size: UNIFORM_STRIDE };
      return device.createBindGroup({
        label: pass.label,
        layout: bindings,
        entries: [
          ...(declarations.params ? [{ binding: declarations.params.binding, resource: params }] : []),
          ...at(matched, index).buffers.map(({ binding, name }) => ({
            binding,
            resource: { buffer: named(buffers, name) },
          })),
        ],
      });
    });
    const [guarded] = compiled.flatMap(({ guard }) => guard ?? []);
    this.guard = guarded && new GuardMark(device, guarded.layout);
    this.whole = this.slices(wholePasses(plan.passes));
  }

  /** Encodes one execution into the caller's encoder, each pass as one dispatch. */
  encode(encoder: GPUCommandEncoder): void {
    const pass = encoder.beginComputePass();
    this.dispatch(pass, wholePasses(this.plan.passes), this.whole);
    pass.end();
  }

  /**
   * Executes, in submissions short enough for any watchdog, and waits for the end.
   * @throws AbortError between two submissions; ShaderError if guarded code had to cut a loop off
   */
  async execute(options: ExecuteOptions = {}): Promise<Elapsed> {
    const { passes } = this.plan;
    const keys = this.compiled.map(({ key }) => key);
    const queue = wholePasses(passes, options.repetitions);
    const flopsOf = (slices: readonly Slice[]): number =>
      slices.reduce(
        (sum, { pass, first, end }) =>
          sum + (at(passes, pass).flops * (end - first)) / at(passes, pass).workgroups,
        0,
      );
    const total = Math.max(1, flopsOf(queue));

    let [wallMs, gpuMs, done, submissions]: [number, number | undefined, number, number] = [0, 0, 0, 0];
    const rejectedBefore = this.runner.timer?.rejected ?? 0;
    while (queue.length > 0) {
      throwIfAborted(options.signal);
      const batch = this.runner.pacer.nextBatch(queue, passes, keys);
      const took = await this.submit(batch);
      await this.checkGuard(batch);
      this.learn(batch, took.wallMs);
      wallMs += took.wallMs;
      gpuMs = gpuMs === undefined || took.gpuMs === undefined ? undefined : gpuMs + took.gpuMs;
      submissions++;
      done += flopsOf(batch);
      options.onFraction?.(done / total);
    }
    throwIfAborted(options.signal);
    const rejectedTimestamps = (this.runner.timer?.rejected ?? 0) - rejectedBefore;
    return { wallMs, gpuMs, submissions, rejectedTimestamps };
  }

  /** Fills the workspace with zeros, and waits for it. */
  clearWorkspace(): Promise<void> {
    return this.workspace.clear('workspace');
  }

  /** How many tiles the last execution visited; nothing if the plan has no tiles. */
  async countTiles(): Promise<TileCount | undefined> {
    const { tiles, buffers } = this.plan;
    if (tiles === undefined) return undefined;
    const { visited, total } = tiles;
    if (typeof visited === 'number') return { visited, total };
    const bytes = buffers.find(({ name }) => name === visited.buffer)?.bytes;
    const data = await readBuffer(this.runner.device, named(this.buffers, visited.buffer), bytes);
    const seen = new Uint32Array(data).reduce((count, one) => count + (one === 0 ? 0 : 1), 0);
    return { visited: visited.each * seen, total };
  }

  /** @throws ShaderError if guarded code had to cut a loop off in this submission of one pass */
  private async checkGuard(batch: readonly Slice[]): Promise<void> {
    const place = await this.guard?.read();
    if (place === undefined) return;
    const error = batch.map(({ pass }) => at(this.compiled, pass).guard?.cutOff(place))[0];
    if (error) throw error;
  }

  private async submit(batch: readonly Slice[]): Promise<{ wallMs: number; gpuMs: number | undefined }> {
    const { device, timer } = this.runner;
    const slices = this.tableFor(batch);
    device.pushErrorScope('validation');
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass(
      timer === undefined ? {} : { timestampWrites: timer.timestampWrites },
    );
    this.dispatch(pass, batch, slices);
    pass.end();
    timer?.resolve(encoder);
    const commands = encoder.finish();
    const fault = device.popErrorScope();
    const start = performance.now();
    device.queue.submit([commands]);
    await workDone(device);
    const wallMs = performance.now() - start;
    const error = await fault;
    if (error !== null) throw new Error(`WebGPU refused the work: ${error.message}`);
    return { wallMs, gpuMs: await timer?.read() };
  }

  private slices(slices: readonly Slice[]): SliceTable {
    return new SliceTable(this.runner.device, at(this.compiled, 0).slice, slices);
  }

  private tableFor(batch: readonly Slice[]): SliceTable {
    if (batch.every((slice) => this.whole.has(slice))) return this.whole;
    if (this.sliced?.rewrite(batch) !== true) {
      this.sliced?.destroy();
      this.sliced = this.slices(batch);
    }
    return this.sliced;
  }

  private dispatch(encoder: GPUComputePassEncoder, batch: readonly Slice[], slices: SliceTable): void {
    const limit = this.runner.device.limits.maxComputeWorkgroupsPerDimension;
    for (const slice of batch) {
      encoder.setPipeline(at(this.compiled, slice.pass).pipeline);
      encoder.setBindGroup(0, at(this.groups, slice.pass));
      encoder.setBindGroup(1, slices.group, [slices.offset(slice)]);
      if (this.guard) encoder.setBindGroup(GUARD_GROUP, this.guard.group);
      encoder.dispatchWorkgroups(...fold(slice.end - slice.first, limit));
    }
  }

  /** Only a submission of one single pass tells that pass's speed. */
  private learn(batch: readonly Slice[], ms: number): void {
    const index = batch[0]?.pass;
    if (index === undefined || batch.some(({ pass }) => pass !== index)) return;
    const workgroups = batch.reduce((sum, { first, end }) => sum + end - first, 0);
    this.runner.pacer.learn(at(this.compiled, index).key, at(this.plan.passes, index), workgroups, ms);
  }

  destroy(): void {
    this.uniforms.destroy();
    this.whole.destroy();
    this.guard?.destroy();
    this.sliced?.destroy();
    this.workspace.destroy();
  }
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no entry ${index} of ${items.length}`);
  return item;
}

function named(buffers: Readonly<Record<string, GPUBuffer>>, name: string): GPUBuffer {
  const buffer = buffers[name];
  if (buffer === undefined) throw new RangeError(`the plan binds ${name}, but declares no such buffer`);
  return buffer;
}
