import type { Report, Result } from '../../src/measure/report.ts';

/** Test data made by hand: no device ever measured these numbers. */
export function sampleReport(changes: Partial<Report> = {}): Report {
  return {
    schema: 'tilewise-report',
    version: 1,
    device: sampleDevice,
    environment: {
      tilewise: '0.1.0',
      date: '2026-01-02T03:04:05.000Z',
      userAgent: 'Made By Hand/1.0',
      hardwareConcurrency: 2,
      timestamps: true,
    },
    matmul: { size: 512, gflops: 5.5, params: { blockM: 16, blockN: 8 } },
    results: [...sampleAttention(), ...sampleContrastive()],
    ...changes,
  };
}

export const sampleDevice: Report['device'] = {
  vendor: 'sample',
  architecture: 'handmade',
  device: '0xc0de',
  description: 'Sample Adapter (made by hand)',
  isFallbackAdapter: true,
  features: ['subgroups', 'timestamp-query'],
  limits: {
    maxBufferSize: 2 ** 30,
    maxStorageBufferBindingSize: 2 ** 30,
    maxStorageBuffersPerShaderStage: 10,
    maxComputeWorkgroupStorageSize: 2 ** 15,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupSizeX: 256,
    maxComputeWorkgroupsPerDimension: 65535,
  },
  subgroupMinSize: 4,
  subgroupMaxSize: 4,
};

const GIB = 2 ** 30;

/** Three sizes of a naive and two tiled variants; naive meets the memory wall at the largest. */
export function sampleAttention(): Result[] {
  return [1024, 4096, 16384].flatMap((size) => {
    const naiveMs = 6e-4 * size ** 2;
    const naive =
      size < 16384
        ? attention('naive', size, naiveMs, { workspaceBytes: 4 * size ** 2 })
        : outOfMemory(attention('naive', size, naiveMs), 'scores', 4 * size ** 2, GIB - 4);
    return [
      naive,
      attention('two-pass', size, naiveMs / 3, { workspaceBytes: 8 * size }),
      attention('flash', size, naiveMs / 11, { workspaceBytes: 0 }),
    ].map((result) => (size < 16384 ? result : withoutComparison(result)));
  });
}

/** Two sizes; the tiled variant is wrong at the larger one. */
export function sampleContrastive(): Result[] {
  const good = (variant: string, numRows: number, ms: number) =>
    sampleResult({
      operation: 'contrastive',
      variant,
      problem: {
        loss: 'clip',
        numRows,
        numCols: numRows,
        embedDim: 256,
        logitScale: 1 / 0.07,
        gradients: ['x', 'y', 'logitScale'],
        reduction: 'mean',
      },
      flops: 6 * numRows ** 2 * 256,
      medianMs: ms,
      naiveMs: 5e-3 * numRows ** 2,
      workspaceBytes: variant === 'naive' ? 16 * numRows ** 2 : 8 * numRows,
    });
  return [
    good('naive', 256, 320),
    good('tiled', 256, 55),
    good('naive', 1024, 5000),
    wrong(good('tiled', 1024, 640)),
  ];
}

function attention(variant: string, size: number, medianMs: number, changes: Partial<Result> = {}): Result {
  return sampleResult({
    operation: 'attention',
    variant,
    problem: {
      batch: 1,
      numHeads: 1,
      numKVHeads: 1,
      seqLenQ: size,
      seqLenKV: size,
      headDim: 64,
      headDimV: 64,
      softmaxScale: 0.125,
      causal: false,
    },
    flops: 256 * size ** 2,
    medianMs,
    naiveMs: 6e-4 * size ** 2,
    ...changes,
  });
}

/** A correct result from its time, with everything that follows from it. */
export function sampleResult(given: {
  operation: string;
  variant: string;
  problem: Record<string, unknown>;
  flops: number;
  medianMs: number;
  naiveMs: number;
  workspaceBytes?: number | undefined;
}): Result {
  const { operation, variant, problem, flops, medianMs, naiveMs } = given;
  const gflops = flops / medianMs / 1e6;
  const ratio = naiveMs / medianMs;
  return {
    operation,
    variant,
    baseline: 'naive',
    problem,
    params: variant === 'naive' ? {} : { blockM: 16, blockN: 16 },
    status: 'ok',
    error: { maxAbs: 3e-7, relL2: 2e-7, bound: 1e-5, coverage: 'all rows' },
    time: {
      medianMs,
      lowMs: medianMs * 0.97,
      highMs: medianMs * 1.04,
      samples: 9,
      source: 'timestamp',
      wallMs: medianMs * 1.02,
      repetitions: 1,
      rejectedTimestamps: 0,
    },
    flops,
    gflops,
    workspaceBytes: given.workspaceBytes ?? 0,
    percentOfMatmul: (100 * gflops) / 5.5,
    ...(variant === 'naive'
      ? {}
      : { versusBaseline: { ratio, low: ratio * 0.95, high: ratio * 1.05, verdict: 'faster' } }),
  };
}

/** The same result where the baseline has no time. */
function withoutComparison(result: Result): Result {
  const { versusBaseline, ...rest } = result;
  return rest;
}

/** The same result, its output out of bounds: measured, but never ranked. */
export function wrong(result: Result): Result {
  return {
    ...withoutComparison(result),
    status: 'wrong',
    reason: 'xGrad misses its bound',
    error: { maxAbs: 0.5, relL2: 0.31, bound: 1e-5, coverage: '64 of 1024 rows' },
  };
}

/** The same result, refused before it ran. */
export function outOfMemory(result: Result, buffer: string, bytesAsked: number, bytesLimit: number): Result {
  const { operation, variant, baseline, problem, params, flops } = result;
  return {
    operation,
    variant,
    baseline,
    problem,
    params,
    flops,
    status: 'out-of-memory',
    reason: `buffer "${buffer}" asks for ${bytesAsked} bytes; the limit is ${bytesLimit} bytes`,
    memory: { buffer, bytesAsked, bytesLimit },
  };
}
