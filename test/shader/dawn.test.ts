import { expect, test } from 'vitest';
import { openNullDevice } from '../support/dawn.ts';

async function errorsIn(device: GPUDevice, code: string): Promise<GPUCompilationMessage[]> {
  device.pushErrorScope('validation');
  const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
  await device.popErrorScope();
  return messages.filter(({ type }) => type === 'error');
}

const HALF_SUM = `
enable f16;
enable subgroups;
@group(0) @binding(0) var<storage, read_write> sums: array<f16>;
@compute @workgroup_size(32)
fn sum(@builtin(local_invocation_index) index: u32) { sums[index] = subgroupAdd(f16(index)); }`;

test('a shader with float16 and subgroups compiles where the device has them', async () => {
  expect(await errorsIn(await openNullDevice(), HALF_SUM)).toEqual([]);
});

test('the same shader is refused by a device without them', async () => {
  const messages = await errorsIn(await openNullDevice([]), HALF_SUM);
  expect(messages.map(({ message }) => message).join()).toContain('f16');
});

test('an invalid shader is reported with its place', async () => {
  const messages = await errorsIn(await openNullDevice(), 'fn ok() {}\nfn broken() { missing(); }');
  expect(messages).toMatchObject([{ lineNum: 2, linePos: 15 }]);
  expect(messages[0]?.message).toContain('missing');
});
