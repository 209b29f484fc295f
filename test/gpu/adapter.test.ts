import { expect, test } from 'vitest';

test('a page is given an adapter and a device', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  expect(adapter).not.toBeNull();
  const device = await adapter?.requestDevice();
  expect(device?.limits.maxComputeInvocationsPerWorkgroup).toBeGreaterThanOrEqual(256);
  device?.destroy();
});

test('a compute shader runs and its result reads back', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter?.requestDevice();
  if (!device) throw new Error('no device');
  const input = Float32Array.from({ length: 64 }, (_, i) => i);
  const values = device.createBuffer({
    size: input.byteLength,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  const readback = device.createBuffer({
    size: input.byteLength,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(values, 0, input);
  const module = device.createShaderModule({
    code: `
      @group(0) @binding(0) var<storage, read_write> values: array<f32>;
      @compute @workgroup_size(64)
      fn square(@builtin(global_invocation_id) id: vec3u) { values[id.x] *= values[id.x]; }`,
  });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: values } }],
    }),
  );
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(values, 0, readback, 0, input.byteLength);
  device.queue.submit([encoder.finish()]);
  await readback.mapAsync(GPUMapMode.READ);
  expect(new Float32Array(readback.getMappedRange())).toEqual(input.map((x) => x * x));
  device.destroy();
});

test('subgroups take up the invocations of a workgroup in order', async ({ skip }) => {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter?.features.has('subgroups') !== true) return skip('no subgroups here');
  const device = await adapter.requestDevice({ requiredFeatures: ['subgroups'] });
  const size = 4 * 64;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const places = device.createBuffer({ size, usage });
  const readback = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const module = device.createShaderModule({
    code: `
      enable subgroups;
      @group(0) @binding(0) var<storage, read_write> places: array<u32>;
      @compute @workgroup_size(64)
      fn main(
        @builtin(local_invocation_index) lane: u32,
        @builtin(subgroup_invocation_id) place: u32,
        @builtin(subgroup_size) size: u32,
      ) {
        places[lane] = place + 1000u * size;
      }`,
  });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const layout = pipeline.getBindGroupLayout(0);
  const entries = [{ binding: 0, resource: { buffer: places } }];
  pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(places, 0, readback, 0, size);
  device.queue.submit([encoder.finish()]);
  await readback.mapAsync(GPUMapMode.READ);
  const found = [...new Uint32Array(readback.getMappedRange())];
  const width = Math.floor((found[0] ?? 0) / 1000);
  expect(width).toBeGreaterThanOrEqual(adapter.info.subgroupMinSize);
  expect(found.map((place) => place % 1000)).toEqual(found.map((_, lane) => lane % width));
  device.destroy();
});
