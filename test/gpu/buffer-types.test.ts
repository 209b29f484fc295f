import { expect, test } from 'vitest';
import { arrayOfDtype } from '../../src/core/dtype.ts';
import { readWrite, typedBuffer, u32, type Plan, type PlanBuffer } from '../../src/core/plan.ts';
import { readBuffer } from '../../src/gpu/buffers.ts';
import { Loaded, runOnce } from '../../src/gpu/session.ts';
import { useSession } from '../support/gpu.ts';

const session = useSession();

/** Adds 1 to the first word of `total`, and writes its value, as a word, to `result`. */
const countInto = (element: string) => /* wgsl */ `
import constants::WORKGROUP_SIZE;
import package::lib::grid::{past_end, workgroup_index};
struct Params { count: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> total: array<u32>;
@group(0) @binding(2) var<storage, read_write> result: array<${element}>;
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u) {
  if past_end(workgroup_index(id, count)) {
    return;
  }
  total[0] += params.count;
  result[0] = bitcast<${element}>(total[0]);
}`;

const counting = (total: PlanBuffer['role'], dtype: NonNullable<PlanBuffer['dtype']> = 'u32'): Plan => ({
  buffers: [typedBuffer(total, 'total', 'u32', 1), typedBuffer('output', 'result', dtype, 1)],
  passes: [
    {
      label: 'count',
      shader: 'reduce/sum',
      sources: { 'reduce/sum.wesl': countInto(dtype === 'f32' || dtype === 'i32' ? dtype : 'u32') },
      conditions: {},
      constants: { WORKGROUP_SIZE: 1 },
      uniforms: [u32('count', 1)],
      bindings: readWrite('total', 'result'),
      workgroups: 1,
      flops: 1,
    },
  ],
});

test('a state keeps what a run leaves in it, and is the caller’s', async () => {
  const { device } = session();
  const total = device.createBuffer({
    size: 4,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(total, 0, Uint32Array.of(40));
  for (const expected of [41, 42]) {
    const loaded = await Loaded.load(session(), counting('state'), {}, { total });
    await loaded.job.execute();
    expect(await loaded.outputs()).toEqual({ result: Uint32Array.of(expected) });
    loaded.destroy();
  }
  expect(new Uint32Array(await readBuffer(device, total))).toEqual(Uint32Array.of(42));
  total.destroy();
});

test('a state without a buffer of its own starts with what is given, and is read back', async () => {
  const { outputs } = await runOnce(session(), counting('state'), { total: Uint32Array.of(7) }, {});
  expect(outputs).toEqual({ total: Uint32Array.of(8), result: Uint32Array.of(8) });
});

test('a runner never makes up a state', async () => {
  await expect(session().runner.prepare(counting('state'), {})).rejects.toThrow('no buffer for state total');
});

// A shader of f16 needs a feature; the corners of attention have it where the device does.
test.each(['f32', 'u32', 'i32', 'u8', 'words'] as const)('results of %s', async (dtype) => {
  const inputs = { total: Uint32Array.of(0x80_00_3c_00 - 1) };
  const { outputs } = await runOnce(session(), counting('input', dtype), inputs, {});
  expect(outputs).toEqual({ result: arrayOfDtype(dtype, Uint32Array.of(0x80_00_3c_00).buffer) });
});
