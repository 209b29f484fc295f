import { describe, expect, test } from 'vitest';
import { createRunner } from '../../src/gpu/create-runner.ts';
import { Loaded } from '../../src/gpu/session.ts';
import { attention } from '../../src/operations/attention/operation.ts';
import { attentionProblem } from '../../src/operations/attention/fill-problem.ts';
import { bind } from '../../src/core/bind.ts';
import { contrastive } from '../../src/operations/contrastive/operation.ts';
import { contrastiveProblem } from '../../src/operations/contrastive/fill-problem.ts';
import type { ContrastiveProblem } from '../../src/operations/contrastive/problem.ts';
import type { Params } from '../../src/core/variant.ts';
import { OutOfMemoryError } from '../../src/core/errors.ts';
import { useSession } from '../support/gpu.ts';

const session = useSession();

const small = () =>
  bind(attention, attentionProblem({ numHeads: 2, seqLenQ: 40, headDim: 16 }), session().identity);

describe('runner', () => {
  test('long work is cut into several submissions, with the same result', async () => {
    const problem = bind(
      attention,
      attentionProblem({ numHeads: 4, seqLenQ: 256, headDim: 64 }),
      session().identity,
    );
    const inputs = problem.inputs(3);
    const loaded = await Loaded.load(session(), problem.variant('naive').plan(), inputs);
    const fractions: number[] = [];
    const { submissions } = await loaded.job.execute({ onFraction: (fraction) => fractions.push(fraction) });
    expect(submissions).toBeGreaterThan(1);
    expect(fractions.at(-1)).toBeCloseTo(1, 6);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
    expect(problem.verify(inputs, await loaded.outputs(), Infinity).ok).toBe(true);
    loaded.destroy();
  });

  test('repetitions inside one span give the same result and a time', async () => {
    const problem = small();
    const inputs = problem.inputs(3);
    const loaded = await Loaded.load(session(), problem.variant('flash').plan(), inputs);
    const once = await loaded.job.execute();
    const many = await loaded.job.execute({ repetitions: 20 });
    expect(once.wallMs).toBeGreaterThan(0);
    expect(many.wallMs).toBeGreaterThan(0);
    expect(problem.verify(inputs, await loaded.outputs(), Infinity).ok).toBe(true);
    loaded.destroy();
  });

  test("encodes into a caller's command encoder, with the caller's buffers", async () => {
    const { device } = session();
    const runner = createRunner(device);
    const problem = small();
    const plan = problem.variant('two-pass').plan();
    const inputs = problem.inputs(5);
    const buffers = Object.fromEntries(
      plan.buffers
        .filter(({ role }) => role !== 'workspace')
        .map(({ name, bytes }) => [
          name,
          device.createBuffer({
            size: bytes,
            usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
          }),
        ]),
    );
    for (const [name, data] of Object.entries(inputs)) {
      const buffer = buffers[name];
      if (buffer) device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength);
    }
    const job = await runner.prepare(plan, buffers);
    const encoder = device.createCommandEncoder();
    job.encode(encoder);
    const outputs: Record<string, Float32Array> = {};
    const readbacks = ['output', 'lse'].map((name) => {
      const source = buffers[name];
      if (!source) throw new Error(`no ${name}`);
      const staging = device.createBuffer({
        size: source.size,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      encoder.copyBufferToBuffer(source, 0, staging, 0, source.size);
      return { name, staging };
    });
    device.queue.submit([encoder.finish()]);
    for (const { name, staging } of readbacks) {
      await staging.mapAsync(GPUMapMode.READ);
      outputs[name] = new Float32Array(staging.getMappedRange().slice(0));
    }
    expect(problem.verify(inputs, outputs, Infinity).ok).toBe(true);
  });

  test('refuses missing and short buffers by name', async () => {
    const plan = small().variant('flash').plan();
    await expect(session().runner.prepare(plan, {})).rejects.toThrow('no buffer for input query');
  });

  test('a plan beyond the limits is an OutOfMemoryError with both numbers, before any allocation', async () => {
    const problem = bind(attention, attentionProblem({ seqLenQ: 65536, headDim: 8 }), session().identity);
    const failure = Loaded.load(session(), problem.variant('naive').plan(), {});
    await expect(failure).rejects.toBeInstanceOf(OutOfMemoryError);
    await expect(failure).rejects.toMatchObject({ buffer: 'scores', bytesAsked: 4 * 65536 ** 2 });
  });
});

describe('tiled contrastive workspace', () => {
  test('at most 64 bytes a row + 16 MiB, up to a million rows', () => {
    for (const numRows of [1, 100, 4096, 16384, 65536, 2 ** 20]) {
      const problem = bind(contrastive, contrastiveProblem({ numRows, embedDim: 8 }), session().identity);
      const plan = problem.variant('tiled').plan();
      const bytes = plan.buffers
        .filter(({ role }) => role === 'workspace')
        .reduce((sum, buffer) => sum + buffer.bytes, 0);
      expect(bytes).toBeLessThanOrEqual(64 * numRows + 16 * 2 ** 20);
    }
  });

  const panelled = async (shape: Partial<ContrastiveProblem>, params: Params, label: string) => {
    const problem = bind(contrastive, contrastiveProblem(shape), session().identity);
    const plan = problem.variant('tiled', params).plan();
    expect(plan.passes.filter((pass) => pass.label === label).length).toBeGreaterThan(1);
    const inputs = problem.inputs(2);
    const loaded = await Loaded.load(session(), plan, inputs);
    await loaded.job.execute();
    const deviation = problem.verify(inputs, await loaded.outputs(), 5e8);
    expect(deviation.ok, `relative L2 ${deviation.relL2}`).toBe(true);
    loaded.destroy();
  };

  test('several panels of statistics give what one gives', async () => {
    // 1050 row blocks leave room for 1984 columns at a time.
    await panelled(
      { numRows: 2100, embedDim: 4 },
      { blockM: 2, blockN: 16, rows: 2, cols: 4 },
      'tiled stats',
    );
  });

  test('several panels of gradients give what one gives', async () => {
    // 64 rows of 1500 elements keep a workgroup busy with 256 columns.
    const quickToCompile = {
      blockN: 16,
      rows: 4,
      cols: 2,
      colsV: 2,
      stageDepth: 0,
      quads: 0,
      vectorWidth: 1,
    };
    await panelled({ numRows: 300, embedDim: 1500 }, { blockM: 64, ...quickToCompile }, 'tiled xGrad');
  });
});
