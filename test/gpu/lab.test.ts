import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AbortError,
  DeviceLostError,
  openLab,
  parseReport,
  presets,
  ShaderError,
  ShapeError,
  UnsupportedError,
  type LabClient,
  type Progress,
  type Tensor,
} from '../../src/index.ts';
import { valuesOf } from '../../src/half.ts';
import { normals } from '../../src/kernels/random.ts';

let lab: LabClient;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => {
  lab.close();
});

function tensor(seed: number, ...shape: number[]): Tensor {
  return {
    shape,
    data: normals(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
  };
}

const attentionArgs = (seqLen: number, heads = 2) => ({
  query: tensor(1, 1, heads, seqLen, 16),
  key: tensor(2, 1, heads, seqLen, 16),
  value: tensor(3, 1, heads, seqLen, 16),
});

/** Seconds of work on a slow device, in many slices. */
const longCall = () => ({ args: attentionArgs(1024, 8), options: { variant: 'naive' } });

describe('openLab', () => {
  test('tells the device and lists operations and variants, naive first', () => {
    expect(lab.device.limits['maxStorageBufferBindingSize']).toBeGreaterThan(0);
    expect(typeof lab.device.isFallbackAdapter).toBe('boolean');
    const lists = lab.operations().map(({ id, variants }) => [id, variants.map((variant) => variant.id)]);
    expect(lists).toEqual([
      ['attention', ['naive', 'two-pass', 'flash', 'split-kv']],
      ['attention-backward', ['naive', 'flash']],
      ['shared-prefix', ['naive', 'per-entry', 'hydragen']],
      ['contrastive', ['naive', 'tiled', 'panelled']],
    ]);
    for (const { variants } of lab.operations()) {
      for (const { supported, idea } of variants) {
        expect(supported).toBe(true);
        expect(idea).toMatch(/\.$/);
      }
    }
  });
});

describe('attention', () => {
  test('returns output, lse and what ran, and leaves the inputs alone', async () => {
    const args = attentionArgs(20);
    const { output, lse, run } = await lab.attention(args, {
      variant: 'flash',
      params: { blockM: 32, blockN: 16 },
    });
    expect(output.shape).toEqual([1, 2, 20, 16]);
    expect(lse.shape).toEqual([1, 2, 20]);
    expect(output.data).toHaveLength(640);
    expect(run).toMatchObject({ operation: 'attention', variant: 'flash', passes: ['flash forward'] });
    expect(run.params['blockN']).toBe(16);
    // 2 heads, one row block each, and two tiles of 16 keys for 20.
    expect(run.tiles).toEqual({ visited: 4, total: 4 });
    expect(args.query.data).toHaveLength(640);
  });

  test('variants agree', async () => {
    const args = { ...attentionArgs(33), causal: true };
    const [naive, twoPass, flash] = await Promise.all(
      ['naive', 'two-pass', 'flash', 'split-kv'].map((variant) => lab.attention(args, { variant })),
    );
    for (let i = 0; i < 1056; i++) {
      expect(twoPass?.output.data[i]).toBeCloseTo(naive?.output.data[i] ?? NaN, 5);
      expect(flash?.output.data[i]).toBeCloseTo(naive?.output.data[i] ?? NaN, 5);
    }
  });
});

describe('mergeStates', () => {
  /** Keys `from` up to `to` of the whole. */
  const slice = (whole: Tensor, from: number, to: number): Tensor => {
    const [batch = 0, heads = 0, length = 0, width = 0] = whole.shape;
    const rows = Array.from({ length: batch * heads }, (_, head) => [
      ...whole.data.subarray((head * length + from) * width, (head * length + to) * width),
    ]);
    return { shape: [batch, heads, to - from, width], data: Float32Array.from(rows.flat()) };
  };

  test('attention over parts of the keys adds up to attention over all', async () => {
    const args = attentionArgs(30);
    const whole = await lab.attention(args);
    const parts = await Promise.all(
      [[0, 1] as const, [1, 17] as const, [17, 30] as const].map(([from, to]) =>
        lab.attention({ ...args, key: slice(args.key, from, to), value: slice(args.value, from, to) }),
      ),
    );
    const merged = await lab.mergeStates(parts);
    expect(merged.output.shape).toEqual(whole.output.shape);
    merged.output.data.forEach((value, i) => {
      expect(value).toBeCloseTo(whole.output.data[i] ?? NaN, 5);
    });
    merged.lse.data.forEach((value, i) => {
      expect(value).toBeCloseTo(whole.lse.data[i] ?? NaN, 5);
    });
  });

  test('a state that saw nothing is neutral, and nothing but such gives 0 and −∞', async () => {
    const args = attentionArgs(6);
    const blind = await lab.attention({ ...args, seqLensKV: [0] });
    const seeing = await lab.attention(args);
    const merged = await lab.mergeStates([blind, seeing, blind]);
    merged.output.data.forEach((value, i) => {
      expect(value).toBeCloseTo(seeing.output.data[i] ?? NaN, 6);
    });
    const nothing = await lab.mergeStates([blind, blind]);
    expect(new Set(nothing.output.data)).toEqual(new Set([0]));
    expect(new Set(nothing.lse.data)).toEqual(new Set([-Infinity]));
  });

  test('states of different shapes are refused by name', async () => {
    const [short, long] = [await lab.attention(attentionArgs(6)), await lab.attention(attentionArgs(7))];
    await expect(lab.mergeStates([short, long])).rejects.toMatchObject({
      argument: 'states[1].output.shape',
    });
  });
});

describe('contrastive', () => {
  test('gives what was asked for and nothing else', async () => {
    const args = { loss: 'clip', x: tensor(1, 30, 8), y: tensor(2, 30, 8) } as const;
    const bare = await lab.contrastive(args);
    expect(Object.keys(bare).sort()).toEqual(['colLse', 'loss', 'rowLse', 'run']);
    const full = await lab.contrastive({ ...args, gradients: ['x', 'y', 'logitScale'] });
    expect(full.loss).toBeCloseTo(bare.loss, 6);
    expect(full.xGrad?.shape).toEqual([30, 8]);
    expect(full.yGrad?.shape).toEqual([30, 8]);
    expect(Number.isFinite(full.logitScaleGrad)).toBe(true);
  });
});

describe('attentionBackward', () => {
  test('gives every gradient its shape and says what ran', async () => {
    const { queryGrad, keyGrad, valueGrad, biasGrad, sinksGrad, run } = await lab.attentionBackward({
      query: tensor(1, 1, 4, 5, 16),
      key: tensor(2, 1, 2, 7, 16),
      value: tensor(3, 1, 2, 7, 3),
      outputGrad: tensor(4, 1, 4, 5, 3),
      lseGrad: tensor(5, 1, 4, 5),
      bias: tensor(6, 4, 1, 7),
      sinks: new Float32Array(4),
      causal: true,
    });
    expect(queryGrad.shape).toEqual([1, 4, 5, 16]);
    expect(keyGrad.shape).toEqual([1, 2, 7, 16]);
    expect(valueGrad.shape).toEqual([1, 2, 7, 3]);
    expect(biasGrad?.shape).toEqual([4, 1, 7]);
    expect(sinksGrad?.shape).toEqual([4]);
    expect(run).toMatchObject({ operation: 'attention-backward', variant: 'flash' });
  });

  test('its gradients are the slopes of the forward', async () => {
    const args = attentionArgs(6, 1);
    const outputGrad = tensor(9, 1, 1, 6, 16);
    const weighed = async (query: Tensor) => {
      const { output } = await lab.attention({ ...args, query });
      return valuesOf(output.data).reduce((sum, value, i) => sum + value * (outputGrad.data[i] ?? NaN), 0);
    };
    const { queryGrad } = await lab.attentionBackward({ ...args, outputGrad });
    for (const at of [0, 17, 95]) {
      const nudged = (step: number): Tensor => ({
        ...args.query,
        data: Float32Array.from(args.query.data, (value, i) => (i === at ? value + step : value)),
      });
      const slope = ((await weighed(nudged(0.05))) - (await weighed(nudged(-0.05)))) / 0.1;
      expect(queryGrad.data[at]).toBeCloseTo(slope, 2);
    }
  });
});

describe('contrastive losses, as a user calls them', () => {
  const x = tensor(1, 12, 8);
  const y = tensor(2, 12, 8);

  test('labels, a queue and a result per row', async () => {
    const labels = [3, 3, 0, 1, 2, 11, 10, 9, 8, 7, 6, 5];
    const args = { loss: 'info-nce', x, y, labels, queue: tensor(3, 5, 8), gradients: ['x', 'y'] } as const;
    const mean = await lab.contrastive(args);
    const none = await lab.contrastive({ ...args, reduction: 'none' });
    expect(none.loss.shape).toEqual([12]);
    expect(none.loss.data.reduce((a, b) => a + b, 0) / 12).toBeCloseTo(mean.loss, 3);
    expect(mean.yGrad?.shape).toEqual([12, 8]);
    expect(mean.colLse).toBeUndefined();
    // The queue's 5 columns of 17 get no gradient.
    expect(mean.run.work).toBeCloseTo(2 + 2 * (12 / 17), 5);
  });

  test('losses of one tensor, and one without softmax', async () => {
    const labels = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6];
    expect((await lab.contrastive({ loss: 'sup-con', x, labels })).loss).toBeGreaterThan(0);
    expect((await lab.contrastive({ loss: 'nt-xent', x, gradients: ['x'] })).xGrad?.shape).toEqual([12, 8]);
    const siglip = await lab.contrastive({ loss: 'siglip', x, y, logitBias: -1, gradients: ['logitBias'] });
    expect(siglip.rowLse).toBeUndefined();
    expect(Number.isFinite(siglip.logitBiasGrad)).toBe(true);
  });

  test('a scale per row has a gradient per row', async () => {
    const logitScale = new Float32Array(12).fill(5);
    const each = await lab.contrastive({ loss: 'clip', x, y, logitScale, gradients: ['logitScale'] });
    const one = await lab.contrastive({ loss: 'clip', x, y, logitScale: 5, gradients: ['logitScale'] });
    expect(each.logitScaleGrad?.shape).toEqual([12]);
    expect(each.logitScaleGrad?.data.reduce((a, b) => a + b, 0)).toBeCloseTo(one.logitScaleGrad ?? NaN, 5);
  });

  test('prefixes of the embeddings add up', async () => {
    const cut = ({ data }: Tensor, width: number): Tensor => ({
      shape: [12, width],
      data: Float32Array.from([...data].filter((_, at) => at % 8 < width)),
    });
    const common = { loss: 'clip', normalize: true, gradients: ['x', 'y', 'logitScale'] } as const;
    const both = await lab.contrastive({ ...common, x, y, prefixDims: [3, 8] });
    const short = await lab.contrastive({ ...common, x: cut(x, 3), y: cut(y, 3) });
    const long = await lab.contrastive({ ...common, x, y });
    expect(both.loss).toBeCloseTo(short.loss + long.loss, 5);
    expect(both.logitScaleGrad).toBeCloseTo((short.logitScaleGrad ?? NaN) + (long.logitScaleGrad ?? NaN), 5);
    both.xGrad?.data.forEach((value, at) => {
      const part = at % 8 < 3 ? (short.xGrad?.data[Math.floor(at / 8) * 3 + (at % 8)] ?? NaN) : 0;
      expect(value).toBeCloseTo((long.xGrad?.data[at] ?? NaN) + part, 5);
    });
    await expect(lab.contrastive({ ...common, x, y, prefixDims: [3, 9] })).rejects.toMatchObject({
      argument: 'prefixDims',
    });
  });

  test('ranks, recall, statistics and the hardest negatives', async () => {
    const { metrics, hardest } = await lab.contrastive({
      loss: 'clip',
      x,
      y: x,
      normalize: true,
      logitScale: 1,
      metrics: true,
      hardest: 2,
    });
    expect([...(metrics?.rowRanks ?? [])]).toEqual(new Array(12).fill(1));
    expect(metrics?.rowRecall).toEqual({ at1: 1, at5: 1, at10: 1 });
    expect(metrics?.colRecall?.at1).toBe(1);
    expect(metrics?.positives.min).toBeCloseTo(1, 6);
    expect(metrics?.negatives.max).toBeLessThan(1);
    expect(metrics?.negatives.max).toBeCloseTo(Math.max(...(hardest?.logits.data ?? [])), 6);
    expect(hardest?.logits.shape).toEqual([12, 2]);
    expect(hardest?.indices.every((place) => place < 12)).toBe(true);
  });
});

describe('errors keep type and fields across the worker', () => {
  test('a bad argument is named', async () => {
    const failure = lab.attention({ ...attentionArgs(20), key: tensor(1, 1, 2, 20, 15) });
    await expect(failure).rejects.toBeInstanceOf(ShapeError);
    await expect(failure).rejects.toMatchObject({ argument: 'key.shape', got: '[1, 2, 20, 15]' });
  });

  test('an unknown variant and what is not built are UnsupportedErrors', async () => {
    await expect(lab.attention(attentionArgs(4), { variant: 'magic' })).rejects.toBeInstanceOf(
      UnsupportedError,
    );
    const backward = { ...attentionArgs(4), outputGrad: tensor(1, 1, 2, 4, 16), scoreMod: 'return score;' };
    await expect(lab.attentionBackward(backward)).rejects.toThrow('scoreModGrad');
    await expect(lab.attentionBackward(backward)).rejects.toBeInstanceOf(UnsupportedError);
    await expect(lab.mergeStates([])).rejects.toMatchObject({ name: 'ShapeError', argument: 'states' });
  });

  test("a mistake in a modifier is a ShaderError at the user's line, and the next call works", async () => {
    const failure = lab.attention({ ...attentionArgs(4), scoreMod: '// half\nreturn score / two;' });
    await expect(failure).rejects.toBeInstanceOf(ShaderError);
    await expect(failure).rejects.toMatchObject({ file: 'scoreMod', line: 2, column: 16 });
    await expect(lab.attention({ ...attentionArgs(4), maskMod: '}' })).rejects.toMatchObject({
      file: 'maskMod',
      line: 1,
      column: 1,
    });
    const { lse } = await lab.attention({ ...attentionArgs(4), maskMod: 'return q == 2u;' });
    expect([...lse.data].map(Number.isFinite)).toEqual([0, 1, 2, 3, 0, 1, 2, 3].map((q) => q % 4 === 2));
  });

  test('an explicit variant that cannot run says why instead of falling back', async () => {
    const failure = lab.attention(attentionArgs(4), { variant: 'flash', params: { blockM: 30, rows: 8 } });
    await expect(failure).rejects.toThrow('rows 8 does not divide blockM 30');
  });
});

describe('long calls', () => {
  test('report progress', async () => {
    const seen: Progress[] = [];
    await lab.attention(attentionArgs(256, 4), {
      variant: 'naive',
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.at(-1)?.fraction).toBeCloseTo(1, 6);
  });

  test('stop soon when aborted, and the next call works', async () => {
    const { args, options } = longCall();
    const controller = new AbortController();
    const aborted = lab.attention(args, {
      ...options,
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    });
    await expect(aborted).rejects.toBeInstanceOf(AbortError);
    await expect(lab.attention(attentionArgs(8))).resolves.toBeDefined();
  });

  test('a queued call that is aborted never runs, and does not wait for its turn', async () => {
    const { args, options } = longCall();
    const first = new AbortController();
    const running = lab.attention(args, { ...options, signal: first.signal });
    const second = new AbortController();
    const queued = lab.attention(attentionArgs(8), { signal: second.signal });
    second.abort();
    await expect(queued).rejects.toBeInstanceOf(AbortError);
    first.abort();
    await expect(running).rejects.toBeInstanceOf(AbortError);
  });

  test('fail with DeviceLostError when the device is lost, and the next call gets a new one', async () => {
    const { args, options } = longCall();
    let lost = false;
    const failing = lab.attention(args, {
      ...options,
      onProgress: () => {
        if (!lost) void lab.loseDevice();
        lost = true;
      },
    });
    await expect(failing).rejects.toBeInstanceOf(DeviceLostError);
    const { output } = await lab.attention(attentionArgs(8));
    expect(output.data.some((value) => value !== 0)).toBe(true);
  });
});

describe('measure', () => {
  test('gives a valid report: correct first, then times with intervals and verdicts', async () => {
    const results: string[] = [];
    const report = await lab.measure(
      {
        budgetMs: 200,
        cases: [
          { operation: 'attention', problem: { numHeads: 2, seqLenQ: 64, headDim: 16 } },
          { operation: 'contrastive', problem: { numRows: 64, embedDim: 16 } },
        ],
      },
      { onProgress: ({ result }) => result && results.push(`${result.operation} ${result.variant}`) },
    );
    expect(parseReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(new Set(report.results.map(({ status }) => status))).toEqual(new Set(['ok']));
    expect(results).toHaveLength(7);
    expect(results).toEqual(report.results.map(({ operation, variant }) => `${operation} ${variant}`));
    for (const { time, error, percentOfMatmul } of report.results) {
      expect(error?.relL2).toBeLessThanOrEqual(error?.bound ?? 0);
      expect(time?.samples).toBeGreaterThanOrEqual(3);
      expect(time?.lowMs).toBeLessThanOrEqual(time?.medianMs ?? 0);
      expect(time?.highMs).toBeGreaterThanOrEqual(time?.medianMs ?? Infinity);
      expect(percentOfMatmul).toBeGreaterThan(0);
    }
    // 64 tokens of 2 heads in tiles of at most 64.
    const [naive, twoPass, flash] = report.results;
    expect(naive?.tiles).toBeUndefined();
    expect(twoPass?.tiles?.visited).toBe(2 * (flash?.tiles?.visited ?? NaN));
    expect(flash?.tiles?.visited).toBe(flash?.tiles?.total);
    expect(report.results[0]?.versusBaseline).toBeUndefined();
    expect(report.results[2]?.versusBaseline?.verdict).toMatch(/faster|slower|same|cannot tell/);
  });

  test('a preset is compared with float64, a modifier of one’s own with naive', async () => {
    const shape = { seqLenQ: 64, headDim: 8 } as const;
    const report = await lab.measure({
      matmul: false,
      budgetMs: 1,
      minSamples: 1,
      cases: [
        {
          operation: 'attention',
          problem: { ...shape, ...presets.causal.modifiers({}) },
          variants: ['flash'],
        },
        {
          operation: 'attention',
          problem: { ...shape, maskMod: 'return kv <= q;' },
          variants: ['naive', 'flash'],
        },
      ],
    });
    const [preset, , own] = report.results;
    expect(preset).toMatchObject({ status: 'ok', error: { coverage: 'all 64 rows' } });
    expect(preset?.tiles?.visited).toBeLessThan(preset?.tiles?.total ?? NaN);
    expect(own).toMatchObject({ status: 'ok', error: { bound: 2e-5 } });
    expect(own?.error?.coverage).toMatch(/naive in f32.*maskMod/);
    expect(own?.versusBaseline).toBeDefined();
  });

  test('a variant that cannot be had is a result with its reason', async () => {
    const report = await lab.measure({
      matmul: false,
      budgetMs: 1,
      minSamples: 1,
      cases: [
        {
          operation: 'attention',
          problem: { seqLenQ: 40000, seqLenKV: 40000, headDim: 1 },
          variants: ['naive'],
        },
        {
          operation: 'attention',
          problem: { seqLenQ: 16, headDim: 8 },
          variants: ['flash'],
          params: { flash: { blockM: 7 } },
        },
      ],
    });
    const [wall, odd] = report.results;
    expect(wall).toMatchObject({
      status: 'out-of-memory',
      memory: { buffer: 'scores', bytesAsked: 4 * 40000 ** 2 },
    });
    expect(odd).toMatchObject({ status: 'unsupported' });
    expect(odd?.reason).toContain('divide');
  });
});
