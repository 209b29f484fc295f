import { arrayOfDtype, dtypeBytes, type DataArray } from '../core/dtype.ts';
import { isDeviceTensor, type DeviceTensor } from '../core/device-tensor.ts';
import type { Arrays, Inputs } from '../core/variant.ts';
import { chunksOf, DATA_ROLES, type Plan, type PlanBuffer, type TileCount } from '../core/plan.ts';
import { BufferSet } from './buffers.ts';
import { watchCompletion } from './completion.ts';
import { openDevice, type AdapterChoice, type OpenDevice } from './device.ts';
import { TensorStore } from './tensor-store.ts';
import { Runner, type Elapsed, type ExecuteOptions, type Job } from './runner.ts';

/** A device and the runner on it. */
export interface Session extends OpenDevice {
  readonly runner: Runner;
  readonly tensors: TensorStore;
}

/**
 * @param lab whose session it is: tensors on the device belong to it
 * @throws UnsupportedError if there is no WebGPU or no adapter
 */
export async function openSession(
  gpu: GPU | undefined,
  choice: AdapterChoice,
  lab: string = crypto.randomUUID(),
): Promise<Session> {
  const open = await openDevice(gpu, choice);
  await watchCompletion(open.device);
  const runner = new Runner(open.device);
  return { ...open, runner, tensors: new TensorStore(runner, lab) };
}

/** A plan with its inputs uploaded, ready to be executed and read any number of times. */
export class Loaded {
  private constructor(
    readonly job: Job,
    private readonly data: BufferSet,
    private readonly tensors: TensorStore,
  ) {}

  /**
   * Inputs that are on the device already are bound as they are, and copied only where the plan wants them in chunks or
   * several in one buffer.
   * @param given buffers of the caller's, in place of ones that would be allocated: a state, say. They are not read back.
   * @throws OutOfMemoryError, ShaderError; ShapeError, DeviceLostError naming an input that is not on this device any more
   */
  static async load(
    session: Session,
    plan: Plan,
    inputs: Inputs,
    given: Readonly<Record<string, GPUBuffer>> = {},
  ): Promise<Loaded> {
    const { device, runner, tensors } = session;
    const bound = { ...residents(tensors, plan, inputs), ...given };
    const data = await BufferSet.allocate(device, withoutBuffers(plan, bound), DATA_ROLES);
    try {
      data.upload(inputs, (tensor) => tensors.find(tensor));
      return new Loaded(await runner.prepare(plan, { ...data.buffers, ...bound }), data, tensors);
    } catch (error) {
      data.destroy();
      throw error;
    }
  }

  /** Replaces inputs by others of the same sizes. Outputs and workspace keep what they hold. */
  refill(inputs: Arrays): void {
    this.data.upload(inputs);
  }

  /** Fills outputs and workspace with zeros, and waits for it. */
  async clear(): Promise<void> {
    await Promise.all([this.data.clear('output'), this.job.clearWorkspace()]);
  }

  /**
   * Outputs and states, each as an array of its type. One of elements smaller than a word may end with padding.
   * @param wanted which of them; by default all
   */
  async outputs(wanted: (name: string) => boolean = () => true): Promise<Arrays> {
    const result: Record<string, DataArray> = {};
    for (const { name, dtype = 'f32' } of this.results(wanted)) {
      result[name] = arrayOfDtype(dtype, await this.data.read(name));
    }
    return result;
  }

  /**
   * Leaves outputs on the device when all else is destroyed. They are tensors of one dimension, padding included.
   * @throws OutOfMemoryError where chunks do not fit into one buffer
   */
  async keep(wanted: (name: string) => boolean): Promise<Readonly<Record<string, DeviceTensor>>> {
    const result: Record<string, DeviceTensor> = {};
    for (const { name, bytes, dtype = 'f32' } of this.results(wanted)) {
      const element = dtypeBytes(dtype, 4) / 4;
      const kind = dtype === 'words' ? 'u32' : dtype;
      result[name] = this.tensors.keep(await this.data.take(name), kind, [bytes / element]);
    }
    return result;
  }

  private results(wanted: (name: string) => boolean): readonly PlanBuffer[] {
    return this.data.planned.filter(({ name, role }) => role !== 'input' && wanted(name));
  }

  destroy(): void {
    this.job.destroy();
    this.data.destroy();
  }
}

/** Buffers of tensors on the device that take a plan's buffer's place. */
function residents(tensors: TensorStore, { buffers }: Plan, inputs: Inputs): Record<string, GPUBuffer> {
  const found: Record<string, GPUBuffer> = {};
  for (const buffer of buffers) {
    const source = inputs[buffer.name];
    if (!isDeviceTensor(source)) continue;
    const resident = tensors.find(source);
    if (buffer.role !== 'output' && chunksOf(buffer).length === 1) found[buffer.name] = resident.buffer;
  }
  return found;
}

const withoutBuffers = (plan: Plan, given: object): Plan => ({
  ...plan,
  buffers: plan.buffers.filter(({ name }) => !(name in given)),
});

/** Loads, executes once and reads back, but for outputs that are to stay on the device. */
export async function runOnce(
  session: Session,
  plan: Plan,
  inputs: Inputs,
  {
    keeps = () => false,
    ...options
  }: ExecuteOptions & { readonly keeps?: ((name: string) => boolean) | undefined },
): Promise<{
  outputs: Arrays;
  kept: Readonly<Record<string, DeviceTensor>>;
  elapsed: Elapsed;
  tiles: TileCount | undefined;
}> {
  const loaded = await Loaded.load(session, plan, inputs);
  try {
    // Compiled: whoever waits can tell a kernel that hangs from here on.
    options.onFraction?.(0);
    const elapsed = await loaded.job.execute(options);
    const outputs = await loaded.outputs((name) => !keeps(name));
    const tiles = await loaded.job.countTiles();
    return { outputs, tiles, elapsed, kept: await loaded.keep(keeps) };
  } finally {
    loaded.destroy();
  }
}
