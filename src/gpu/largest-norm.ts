import type { BufferDtype } from '../core/dtype.ts';
import { ceilDiv, read, readWrite, typedBuffer, u32, type Plan } from '../core/plan.ts';
import { BufferSet, type Resident } from './buffers.ts';
import type { Runner } from './runner.ts';

export interface Rows {
  readonly dtype: BufferDtype;
  readonly numRows: number;
  readonly width: number;
}

const WORKGROUP_SIZE = 64;

/** One f32: the largest square of a row's norm. */
export const largestNormPlan = ({ dtype, numRows, width }: Rows, bytes: number): Plan => ({
  buffers: [
    { name: 'values', role: 'input', dtype, bytes },
    // An f32, held as its bits.
    typedBuffer('output', 'largest', 'u32', 1),
  ],
  passes: [
    {
      label: 'largest norm',
      shader: 'reduce/largest_norm',
      conditions: { F16: dtype === 'f16' },
      constants: { WORKGROUP_SIZE },
      uniforms: [u32('num_rows', numRows), u32('width', width)],
      bindings: [...read('values'), ...readWrite('largest')],
      workgroups: ceilDiv(numRows, WORKGROUP_SIZE),
      flops: 2 * numRows * width,
    },
  ],
});

/** The largest norm of the rows of a tensor on the device. */
export async function largestNorm(runner: Runner, { buffer, bytes }: Resident, rows: Rows): Promise<number> {
  const plan = largestNormPlan(rows, bytes);
  const data = await BufferSet.allocate(runner.device, plan, ['output']);
  try {
    const job = await runner.prepare(plan, { ...data.buffers, values: buffer });
    try {
      await job.execute();
    } finally {
      job.destroy();
    }
    const [squares = NaN] = new Float32Array(await data.read('largest'));
    return Math.sqrt(squares);
  } finally {
    data.destroy();
  }
}
