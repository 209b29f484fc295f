import { arrayOfDtype, type DataArray } from '../core/dtype.ts';
import type { Arrays } from '../core/variant.ts';
import { DATA_ROLES, type Plan, type TileCount } from '../core/plan.ts';
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
  ) {}

  /**
   * @param given buffers of the caller's, in place of ones that would be allocated: a state, say. They are not read back.
   * @throws OutOfMemoryError, ShaderError
   */
  static async load(
    session: Session,
    plan: Plan,
    inputs: Arrays,
    given: Readonly<Record<string, GPUBuffer>> = {},
  ): Promise<Loaded> {
    const data = await BufferSet.allocate(session.device, withoutBuffers(plan, given), DATA_ROLES);
    try {
      data.upload(inputs);
      return new Loaded(await session.runner.prepare(plan, { ...data.buffers, ...given }), data);
    } catch (error) {
      data.destroy();
      throw error;
    }
  }

  /** Every output and state, as an array of its type. One of elements smaller than a word may end with padding. */
  async outputs(): Promise<Arrays> {
    const result: Record<string, DataArray> = {};
    for (const { name, role, dtype = 'f32' } of this.data.planned) {
      if (role === 'output' || role === 'state')
        result[name] = arrayOfDtype(dtype, await this.data.read(name));
    }
    return result;
  }

  destroy(): void {
    this.job.destroy();
    this.data.destroy();
  }
}

const withoutBuffers = (plan: Plan, given: object): Plan => ({
  ...plan,
  buffers: plan.buffers.filter(({ name }) => !(name in given)),
});

/** Loads, executes once and reads back. */
export async function runOnce(
  session: Session,
  plan: Plan,
  inputs: Arrays,
  options: ExecuteOptions,
): Promise<{ outputs: Arrays; elapsed: Elapsed; tiles: TileCount | undefined }> {
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
