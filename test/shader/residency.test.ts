import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeviceLostError, openLab, ShapeError, type LabClient } from '../../src/index.ts';
import { Lab } from '../../src/worker/lab.ts';
import { buffersOf } from '../../src/worker/transfer.ts';
import { nullGpu } from '../support/dawn.ts';
import { attentionArgs } from '../support/lab.ts';
import { NodeWorker } from '../support/node-worker.ts';
import '../support/null-navigator.ts';

const naive = { variant: 'naive' } as const;

const openDirectly = (): Promise<LabClient> => Lab.open({ gpu: nullGpu });
const openClient = (): Promise<LabClient> => openLab({ tuned: {}, worker: () => new NodeWorker() });

for (const [of, open] of [
  ['a lab', openDirectly],
  ['its client', openClient],
] as const) {
  describe(`handles of ${of}`, () => {
    let lab: LabClient;
    beforeAll(async () => {
      lab = await open();
    });
    afterAll(() => {
      lab.close();
    });

    describe('those that stand for nothing are refused by name', () => {
      const error = async (call: Promise<unknown>): Promise<unknown> =>
        call.then(
          () => undefined,
          (reason: unknown) => reason,
        );

      test('released', async () => {
        const args = attentionArgs(8);
        const query = await lab.upload(args.query);
        const before = lab.attention({ ...args, query }, naive);
        if (of !== 'a lab') lab.release(query);
        expect((await before).output.shape).toEqual([1, 2, 8, 16]);
        lab.release(query);
        lab.release(query);
        const refused = await error(lab.attention({ ...args, query }, naive));
        expect(refused).toBeInstanceOf(ShapeError);
        expect(refused).toMatchObject({ argument: 'query', got: 'one that was released' });
        expect(await error(lab.download(query))).toMatchObject({ argument: 'tensor' });
      });

      test('another lab’s', async () => {
        const other = await openDirectly();
        const key = await other.upload(attentionArgs(8).key);
        other.close();
        const refused = await error(lab.attention({ ...attentionArgs(8), key }, naive));
        expect(refused).toBeInstanceOf(ShapeError);
        expect(refused).toMatchObject({ argument: 'key', got: 'one of another lab' });
      });

      test('of another shape or type', async () => {
        const args = attentionArgs(8);
        const query = await lab.upload(args.query);
        const shape = [1, 2, 9, 16];
        expect(await error(lab.attention({ ...args, query: { ...query, shape } }, naive))).toMatchObject({
          argument: 'query.shape',
        });
        const dtype = 'u8' as 'f32';
        expect(await error(lab.attention({ ...args, query: { ...query, dtype } }, naive))).toMatchObject({
          argument: 'query.dtype',
        });
        const mask = await lab.upload({ shape: [8], data: new Uint32Array(8) });
        expect(await error(lab.attention({ ...args, mask: { ...mask, dtype: 'u8' } }, naive))).toMatchObject({
          argument: 'mask.dtype',
        });
        expect(await error(lab.upload({ shape: [2], data: new Uint16Array(2) }))).toMatchObject({
          argument: 'tensor.dtype',
        });
        expect(await error(lab.upload({ shape: [3], data: new Float32Array(2) }))).toMatchObject({
          argument: 'tensor.data',
        });
      });

      test('of a device that was lost', async () => {
        const args = attentionArgs(8);
        const value = await lab.upload(args.value);
        await lab.loseDevice();
        await error(lab.attention(args, naive));
        const refused = await error(lab.attention({ ...args, value }, naive));
        expect(refused).toBeInstanceOf(DeviceLostError);
        expect(String(refused)).toContain('value');
        lab.release(value);
        expect((await lab.attention(args, naive)).output.shape).toEqual([1, 2, 8, 16]);
      });
    });
  });
}

const CALLS = 100;
const options = { variant: 'naive', keep: true } as const;

test('a hundred calls on tensors of the device send none to or from the worker', async () => {
  let bytes = 0;
  const count = (message: unknown) => {
    for (const { byteLength } of buffersOf(message)) bytes += byteLength;
  };
  const lab = await openLab({
    tuned: {},
    worker() {
      const worker = new NodeWorker();
      worker.addEventListener('message', (event) => {
        if (event instanceof MessageEvent) count(event.data);
      });
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (message, moved) => {
        count(message);
        post(message, moved);
      };
      return worker;
    },
  });
  const args = attentionArgs(8);
  const key = await lab.upload(args.key);
  const value = await lab.upload(args.value);
  let query = await lab.upload(args.query);
  const size = args.query.data.byteLength;
  expect(bytes).toBe(3 * size);

  bytes = 0;
  for (let i = 0; i < CALLS; i++) {
    const { output, lse } = await lab.attention({ query, key, value }, options);
    lab.release(query);
    lab.release(lse);
    query = output;
  }
  expect(bytes).toBe(0);

  await lab.download(query);
  expect(bytes).toBe(size);
  lab.close();
});

test('and take no more memory', async () => {
  const live = new Map<GPUBuffer, number>();
  type Create = (this: GPUDevice, descriptor: GPUBufferDescriptor) => GPUBuffer;
  const createBuffer: Create = Reflect.get<GPUDevice, 'createBuffer'>(GPUDevice.prototype, 'createBuffer');
  type Destroy = (this: GPUBuffer) => undefined;
  const destroy: Destroy = Reflect.get<GPUBuffer, 'destroy'>(GPUBuffer.prototype, 'destroy');
  GPUDevice.prototype.createBuffer = function (this: GPUDevice, descriptor: GPUBufferDescriptor) {
    const buffer = createBuffer.call(this, descriptor);
    live.set(buffer, descriptor.size);
    return buffer;
  };
  GPUBuffer.prototype.destroy = function (this: GPUBuffer) {
    live.delete(this);
    destroy.call(this);
    return undefined;
  };
  const bytes = () => [...live.values()].reduce((sum, size) => sum + size, 0);
  try {
    const lab = await Lab.open({ gpu: navigator.gpu });
    const args = attentionArgs(8);
    let query = await lab.upload(args.query);
    const step = async () => {
      const running = lab.attention({ ...args, query }, options);
      // Freed when the call ends.
      lab.release(query);
      const { output, lse } = await running;
      lab.release(lse);
      query = output;
    };
    await step();
    const before = bytes();
    for (let i = 0; i < CALLS; i++) await step();
    expect(bytes()).toBe(before);
    lab.release(query);
    expect(bytes()).toBe(before - args.query.data.byteLength);
    lab.close();
  } finally {
    GPUDevice.prototype.createBuffer = createBuffer;
    GPUBuffer.prototype.destroy = destroy;
  }
});
