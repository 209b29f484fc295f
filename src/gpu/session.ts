import { fromHalf } from '../core/half.ts';
import type { Arrays, FloatArrays } from '../core/variant.ts';
import type { Plan, TileCount } from '../core/plan.ts';
import { BufferSet } from './buffers.ts';
import { openDevice, type AdapterChoice, type OpenDevice } from './device.ts';
import { Runner, type Elapsed, type ExecuteOptions, type Job } from './runner.ts';

/** A device and the runner on it. */
export interface Session extends OpenDevice {
  readonly runner: Runner;
}

/** @throws UnsupportedError if there is no WebGPU or no adapter */
export async function openSession(gpu: GPU | undefined, choice: AdapterChoice): Promise<Session> {
  const open = await openDevice(gpu, choice);
  return { ...open, runner: new Runner(open.device) };
}

/** A plan with its inputs uploaded, ready to be executed and read any number of times. */
export class Loaded {
  private constructor(
    readonly job: Job,
    private readonly data: BufferSet,
    private readonly plan: Plan,
  ) {}

  /**
   * @param workspace buffers for what would else be allocated
   * @throws OutOfMemoryError, ShaderError
   */
  static async load(
    session: Session,
    plan: Plan,
    inputs: Arrays,
    workspace: Readonly<Record<string, GPUBuffer>> = {},
  ): Promise<Loaded> {
    const data = await BufferSet.allocate(session.device, plan, ['input', 'output']);
    try {
      data.upload(inputs);
      return new Loaded(await session.runner.prepare(plan, { ...data.buffers, ...workspace }), data, plan);
    } catch (error) {
      data.destroy();
      throw error;
    }
  }

  /** The values of every output. One of f16 may end with padding. */
  async outputs(): Promise<FloatArrays> {
    const result: Record<string, Float32Array> = {};
    for (const { name, role, dtype } of this.plan.buffers) {
      if (role !== 'output') continue;
      const bytes = await this.data.read(name);
      result[name] = dtype === 'f16' ? fromHalf(new Uint16Array(bytes)) : new Float32Array(bytes);
    }
    return result;
  }

  destroy(): void {
    this.job.destroy();
    this.data.destroy();
  }
}

/** Loads, executes once and reads back. */
export async function runOnce(
  session: Session,
  plan: Plan,
  inputs: Arrays,
  options: ExecuteOptions,
): Promise<{ outputs: FloatArrays; elapsed: Elapsed; tiles: TileCount | undefined }> {
  const loaded = await Loaded.load(session, plan, inputs);
  try {
    // Compiled: whoever waits can tell a kernel that hangs from here on.
    options.onFraction?.(0);
    const elapsed = await loaded.job.execute(options);
    return { outputs: await loaded.outputs(), elapsed, tiles: await loaded.job.countTiles() };
  } finally {
    loaded.destroy();
  }
}
