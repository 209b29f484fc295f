import {
  isDeviceTensor,
  type DeviceTensor,
  type HostTensor,
  type ResidentInput,
  type TensorDtype,
} from '../core/device-tensor.ts';
import { arrayOfDtype, dtypeBytes, type DataArray } from '../core/dtype.ts';
import { DeviceLostError, ShapeError } from '../core/errors.ts';
import { describe, formatShape, sizeOf } from '../core/tensor.ts';
import type { Arrays, Inputs, Source } from '../core/variant.ts';
import { BufferSet, readBuffer, type Resident } from './buffers.ts';
import { largestNorm } from './largest-norm.ts';
import type { Runner } from './runner.ts';

interface Held extends Resident {
  readonly dtype: TensorDtype;
  /** The largest norms that were asked for, by width of the rows. */
  readonly norms: Map<number, Promise<number>>;
}

/** The tensors that stay on one device. They go with it. */
export class TensorStore {
  /** Tells handles of this device from those of others. */
  private readonly id = crypto.randomUUID();
  private readonly held = new Map<number, Held>();
  private nextId = 0;

  /** @param lab the lab whose device it is */
  constructor(
    private readonly runner: Runner,
    private readonly lab: string,
  ) {}

  /** @throws OutOfMemoryError */
  async upload({ shape, dtype, data }: HostTensor): Promise<DeviceTensor> {
    const bytes = dtypeBytes(dtype, data.length);
    const plan = { buffers: [{ name: 'tensor', role: 'input', bytes }], passes: [] } as const;
    const buffers = await BufferSet.allocate(this.runner.device, plan);
    buffers.upload({ tensor: data });
    return this.keep(await buffers.take('tensor'), dtype, shape);
  }

  /** Takes a buffer over. */
  keep(resident: Resident, dtype: TensorDtype, shape: readonly number[]): DeviceTensor {
    const id = this.nextId++;
    this.held.set(id, { ...resident, dtype, norms: new Map() });
    return { kind: 'device-tensor', id, lab: this.lab, device: this.id, shape: [...shape], dtype };
  }

  /** @throws ShapeError, DeviceLostError naming the argument, if the handle does not stand for a tensor of this device */
  find({ argument, ...tensor }: ResidentInput): Held {
    const { id, lab, device, shape, dtype } = tensor;
    const wrong = (expected: string, got: string, of = argument) => new ShapeError(of, expected, got);
    if (lab !== this.lab) throw wrong('a tensor of this lab', 'one of another lab');
    if (device !== this.id) throw new DeviceLostError(`${argument} was on it; upload it again`, 'unknown');
    const held = this.held.get(id);
    if (held === undefined) throw wrong('a tensor on the device', 'one that was released');
    if (dtype !== held.dtype) throw wrong(`'${held.dtype}'`, describe(dtype), `${argument}.dtype`);
    if (dtypeBytes(dtype, sizeOf(shape)) !== held.bytes) {
      throw wrong('as many elements as the tensor on the device', formatShape(shape), `${argument}.shape`);
    }
    return held;
  }

  /** @throws as `find` */
  async read(tensor: ResidentInput): Promise<DataArray> {
    const { buffer, bytes, dtype } = this.find(tensor);
    const data = arrayOfDtype(dtype, await readBuffer(this.runner.device, buffer, bytes));
    return data.subarray(0, sizeOf(tensor.shape));
  }

  /** The inputs as arrays of the host. @throws as `find` */
  async readAll(inputs: Inputs): Promise<Arrays> {
    const read = async (source: Source): Promise<DataArray> => {
      if (ArrayBuffer.isView(source)) return source;
      if (isDeviceTensor(source)) return this.read(source);
      const parts = await Promise.all(source.map(read));
      return Float32Array.from(parts.flatMap((part) => [...part]));
    };
    const entries = Object.entries(inputs).map(async ([name, source]) => [name, await read(source)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Data with tensors of the host in place of all handles in it. @throws as `find`, naming the place */
  async withValues<T>(data: T, place = ''): Promise<T> {
    if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data)) return data;
    if (isDeviceTensor(data)) {
      const { shape, dtype } = data;
      return { shape, dtype, data: await this.read({ ...data, argument: place }) } as T;
    }
    const entries: [string, unknown][] = [];
    for (const [name, part] of Object.entries(data)) {
      entries.push([name, await this.withValues<unknown>(part, place === '' ? name : `${place}.${name}`)]);
    }
    return (Array.isArray(data) ? entries.map(([, part]) => part) : Object.fromEntries(entries)) as T;
  }

  /** The largest norm of the rows of a tensor, but for those with a NaN or an infinity. @throws as `find` */
  largestNorm(tensor: ResidentInput, width: number): Promise<number> {
    const held = this.find(tensor);
    let norm = held.norms.get(width);
    if (norm === undefined) {
      norm = largestNorm(this.runner, held, {
        dtype: held.dtype,
        numRows: sizeOf(tensor.shape) / width,
        width,
      });
      held.norms.set(width, norm);
    }
    return norm;
  }

  /** Frees a tensor: whoever uses it from now on fails. One that is gone already is left alone. */
  release({ id, device }: DeviceTensor): void {
    if (device !== this.id) return;
    this.held.get(id)?.buffer.destroy();
    this.held.delete(id);
  }
}
