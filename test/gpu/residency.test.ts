import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeviceTensor, LabClient } from '../../src/index.ts';
import { Lab } from '../../src/worker/lab.ts';
import { openAnyLab } from '../support/any-lab.ts';
import { attentionArgs, tensor } from '../support/lab.ts';

const openDirectly = (): Promise<LabClient> => Lab.open({ gpu: navigator.gpu });

/** The least to compile. */
const naive = { variant: 'naive' } as const;
const kept = { ...naive, keep: true } as const;

async function uploaded<Args extends Record<string, Parameters<LabClient['upload']>[0]>>(
  lab: LabClient,
  tensors: Args,
): Promise<Record<keyof Args, DeviceTensor<'f32'>>> {
  const handles: Record<string, DeviceTensor> = {};
  for (const [name, one] of Object.entries(tensors)) handles[name] = await lab.upload(one);
  return handles as Record<keyof Args, DeviceTensor<'f32'>>;
}

for (const [of, open] of [
  ['a lab', openDirectly],
  ['its client', openAnyLab],
] as const) {
  describe(`tensors on the device of ${of}`, () => {
    let lab: LabClient;
    beforeAll(async () => {
      lab = await open();
    });
    afterAll(() => {
      lab.close();
    });

    test.each([
      { shape: [2, 3], dtype: 'f32', data: Float32Array.of(1, -2, 3.5, NaN, -Infinity, 0) },
      { shape: [5], dtype: 'f16', data: Uint16Array.of(0x3c00, 1, 2, 3, 0xfc00) },
      { shape: [3], dtype: 'u32', data: Uint32Array.of(0, 1, 0xffff_ffff) },
      { shape: [1, 2], dtype: 'i32', data: Int32Array.of(-1, 2 ** 31 - 1) },
      { shape: [7], dtype: 'u8', data: Uint8Array.of(1, 2, 3, 4, 5, 6, 255) },
    ] as const)('what is uploaded as $dtype is downloaded', async (given) => {
      const handle = await lab.upload(given);
      expect(handle).toMatchObject({ kind: 'device-tensor', shape: given.shape, dtype: given.dtype });
      expect(await lab.download(handle)).toEqual(given);
      lab.release(handle);
    });

    test('attention: the same bits, with bias and mask', async () => {
      const bias = tensor(4, 20, 20);
      const mask = { shape: [20], data: Uint8Array.from({ length: 20 }, (_, key) => Number(key % 3 > 0)) };
      const args = { ...attentionArgs(20), bias, mask };
      const host = await lab.attention(args, { ...naive, check: true });
      const given = {
        ...(await uploaded(lab, { ...attentionArgs(20), bias })),
        mask: await lab.upload(mask),
      };
      const device = await lab.attention(given, { ...naive, check: true });
      expect(host.run.check?.ok).toBe(true);
      expect(device.run.check).toEqual(host.run.check);
      expect(device.output).toEqual(host.output);
      const { output, lse, run } = await lab.attention(given, { ...kept, check: true });
      expect(run.check).toEqual(host.run.check);
      expect(output).toMatchObject({ kind: 'device-tensor', shape: [1, 2, 20, 16], dtype: 'f32' });
      expect(await lab.download(output)).toEqual(host.output);
      expect(await lab.download(lse)).toEqual(host.lse);
    });

    test('attention on what attention left there, backward, and states put together', async () => {
      const args = attentionArgs(20);
      const first = await lab.attention(args, naive);
      const second = await lab.attention({ ...args, query: first.output }, naive);
      const backward = await lab.attentionBackward({ ...args, outputGrad: second.output }, naive);
      const merged = await lab.mergeStates([first, second]);

      const given = await uploaded(lab, args);
      const one = await lab.attention(given, kept);
      const two = await lab.attention({ ...given, query: one.output }, kept);
      const gradients = await lab.attentionBackward({ ...given, outputGrad: two.output }, kept);
      expect(await lab.download(two.output)).toEqual(second.output);
      for (const name of ['queryGrad', 'keyGrad', 'valueGrad'] as const) {
        expect(await lab.download(gradients[name])).toEqual(backward[name]);
      }
      const both = await lab.mergeStates([one, second], { keep: true });
      expect(await lab.download(both.output)).toEqual(merged.output);
      expect(await lab.download(both.lse)).toEqual(merged.lse);
    });

    test('a handle with another shape is a view', async () => {
      const { query, key } = attentionArgs(20);
      const [x, y] = [await lab.upload(query), await lab.upload(key)];
      const rows = { shape: [40, 16] };
      const host = await lab.contrastive(
        { loss: 'clip', x: { ...query, ...rows }, y: { ...key, ...rows } },
        naive,
      );
      const device = await lab.contrastive(
        { loss: 'clip', x: { ...x, ...rows }, y: { ...y, ...rows } },
        naive,
      );
      expect(device.loss).toBe(host.loss);
    });

    test('contrastive: negatives and a queue follow y on the device', async () => {
      const embeddings = {
        x: tensor(1, 8, 6),
        y: tensor(2, 8, 6),
        hardNegatives: tensor(3, 3, 6),
        queue: tensor(4, 5, 6),
      };
      const options = { loss: 'info-nce', normalize: true, metrics: true, hardest: 2 } as const;
      const gradients = ['x', 'y', 'logitScale'] as const;
      const host = await lab.contrastive({ ...options, ...embeddings, gradients }, naive);
      const { queue, ...given } = await uploaded(lab, embeddings);
      for (const mixed of [given, { ...given, y: embeddings.y }, { ...embeddings, x: given.x }]) {
        const device = await lab.contrastive({ ...options, ...mixed, queue, gradients }, kept);
        expect(device.loss).toBe(host.loss);
        expect(device.logitScaleGrad).toBe(host.logitScaleGrad);
        expect(device.metrics).toEqual(host.metrics);
        expect(device.hardest?.indices).toEqual(host.hardest?.indices);
        for (const name of ['xGrad', 'yGrad', 'rowLse'] as const) {
          const handle = device[name];
          expect(handle && (await lab.download(handle))).toEqual(host[name]);
        }
      }
    });

    test('prefixes are cut off tensors on the device, too', async () => {
      const embeddings = { x: tensor(1, 6, 8), y: tensor(2, 6, 8) };
      const options = { loss: 'clip', prefixDims: [4, 8], gradients: ['x'] } as const;
      const host = await lab.contrastive({ ...options, ...embeddings }, naive);
      const device = await lab.contrastive({ ...options, ...(await uploaded(lab, embeddings)) }, kept);
      expect(device.loss).toBe(host.loss);
      expect(device.xGrad && (await lab.download(device.xGrad))).toEqual(host.xGrad);
    });

    test('scores get a second term for the same reasons as on the host', async () => {
      const args = attentionArgs(6, 1);
      const large = {
        shape: args.query.shape,
        data: Float32Array.from(args.query.data, (value) => 1000 * value),
      };
      const shapes = { bias: [6, 6] };
      const hides = (first: number) =>
        Float32Array.from({ length: 36 }, (_, at) => (at % 6 < first ? -30000 : 0));
      const cases = {
        plain: args,
        'a large query': { ...args, query: large },
        'a row of NaN': {
          ...args,
          query: { ...large, data: large.data.map((value, at) => (at < 80 ? NaN : value / 1000)) },
        },
        'a bias that hides some keys': { ...args, bias: { shape: shapes.bias, data: hides(3) } },
        'a bias that hides all keys': { ...args, bias: { shape: shapes.bias, data: hides(6) } },
      };
      for (const [name, one] of Object.entries(cases)) {
        const host = await lab.attention(one, naive);
        const device = await lab.attention(await uploaded(lab, one), naive);
        // Second terms of the scores are workspace.
        expect(device.run.workspaceBytes, name).toBe(host.run.workspaceBytes);
        expect(device.lse, name).toEqual(host.lse);
      }
    });

    test('measure takes inputs from the device', async () => {
      const query = await lab.upload(tensor(9, 1, 1, 8, 8));
      const report = await lab.measure({
        cases: [
          {
            operation: 'attention',
            problem: { seqLenQ: 8, headDim: 8 },
            variants: ['naive'],
            inputs: { query: { ...query, shape: [64] } },
          },
        ],
        budgetMs: 1,
        matmul: false,
      });
      expect(report.results[0]?.status).toBe('ok');
    });
  });
}
