import { z } from 'zod';

export const REPORT_SCHEMA = 'tilewise-report';
export const REPORT_VERSION = 1;

export const deviceSchema = z.object({
  vendor: z.string(),
  architecture: z.string(),
  device: z.string(),
  description: z.string(),
  /** A CPU behind the WebGPU interface: its figures say nothing about GPUs. */
  isFallbackAdapter: z.boolean(),
  features: z.array(z.string()),
  limits: z.record(z.string(), z.number()),
  subgroupMinSize: z.number(),
  subgroupMaxSize: z.number(),
});

export const statusSchema = z.enum(['ok', 'wrong', 'unsupported', 'out-of-memory', 'failed']);
/** Who chose a result's parameters: the variant for the problem, a search before, or whoever asked for it. */
export const paramsFromSchema = z.enum(['defaults', 'tuned', 'given']);
export const verdictSchema = z.enum(['faster', 'slower', 'same', 'cannot tell']);

export const comparisonSchema = z.object({
  /** Baseline time / this time: 2 is twice as fast. Median over rounds, with its 95 % interval. */
  ratio: z.number(),
  low: z.number(),
  high: z.number(),
  verdict: verdictSchema,
});

export const resultSchema = z.object({
  operation: z.string(),
  variant: z.string(),
  /** What it is called where a variant was measured more than once. */
  label: z.string().optional(),
  /** The shader files whose text is not the shipped one. */
  edited: z.array(z.string()).optional(),
  /** Sixteen hexadecimal digits that change with those texts. */
  editedHash: z.string().optional(),
  /** What `versusBaseline` compares with: a variant, or what its result is called. */
  baseline: z.string(),
  problem: z.record(z.string(), z.unknown()),
  params: z.record(z.string(), z.number()),
  /** Measured on somebody's own data; left out where inputs are the seeded ones of every run. */
  data: z.literal('own').optional(),
  paramsFrom: paramsFromSchema.optional(),
  /** One tile of a sweep: for a heat map, not to be ranked beside other variants. */
  sweep: z.literal(true).optional(),
  status: statusSchema,
  /** Why the status is not `ok`, in words. */
  reason: z.string().optional(),
  /** Deviation from the float64 reference; `coverage` says how much of the output was compared. */
  error: z
    .object({ maxAbs: z.number(), relL2: z.number(), bound: z.number(), coverage: z.string() })
    .optional(),
  /** With status `wrong`: where the worst output is off; rows as compared, at most 32 × 32 cells. */
  errorMap: z
    .object({
      output: z.string(),
      rows: z.number().int(),
      columns: z.number().int(),
      /** The largest deviation in each cell; null where something is NaN or infinite. */
      cells: z.array(z.array(z.number().nullable())),
    })
    .optional(),
  time: z
    .object({
      medianMs: z.number(),
      /** 95 % confidence interval of the median. */
      lowMs: z.number(),
      highMs: z.number(),
      samples: z.number().int(),
      /** GPU timestamps where they are trustworthy, the wall clock otherwise. */
      source: z.enum(['timestamp', 'wall']),
      /** Median wall-clock time of the same runs, whatever the source. */
      wallMs: z.number(),
      /** Executions inside one timed span. */
      repetitions: z.number().int(),
      /** Timestamp pairs that were zero, negative or repeated. */
      rejectedTimestamps: z.number().int(),
      /** Every sample, in ms for one execution, in the order of the rounds. */
      all: z.array(z.number()).optional(),
    })
    .optional(),
  /** Useful FLOPs of the operation; `executedFlops` counts recomputation too. */
  flops: z.number(),
  /** f32 values that an invocation accumulates in registers, where it has register tiles. */
  accumulators: z.number().int().optional(),
  executedFlops: z.number().optional(),
  /** contrastive: products of all rows with all columns that were computed, U = 2 · N · M · D FLOP each. */
  work: z.number().optional(),
  gflops: z.number().optional(),
  /** Moved between memory and workgroups, if each reads what it needs once; and inputs and outputs alone. */
  trafficBytes: z.number().optional(),
  leastBytes: z.number().optional(),
  workspaceBytes: z.number().optional(),
  /** Key tiles that were visited, over all row blocks and heads, and how many a dense run would visit. */
  tiles: z.object({ visited: z.number().int(), total: z.number().int() }).optional(),
  /** With status `out-of-memory`: the buffer, what it asked for and what the device allows. */
  memory: z.object({ buffer: z.string(), bytesAsked: z.number(), bytesLimit: z.number() }).optional(),
  percentOfMatmul: z.number().optional(),
  versusBaseline: comparisonSchema.optional(),
});

/** What the device does at its best, measured before the first results; every figure with its formula. */
export const peaksSchema = z.object({
  /** ISO 8601; once for all runs on one device. */
  measured: z.string().optional(),
  /** Multiply-adds on values in registers. */
  fma: z.object({ gflops: z.number(), formula: z.string() }),
  /** Copying memory: reading and writing each count, in 10⁹ bytes a second. */
  copy: z.object({
    gbPerS: z.number(),
    /** The faster of the two. */
    method: z.enum(['copyBufferToBuffer', 'kernel']),
    formula: z.string(),
  }),
});

export const matmulSchema = z.object({
  size: z.number(),
  gflops: z.number(),
  /** Absent where there was only `tiled`. */
  variant: z.string().optional(),
  params: z.record(z.string(), z.number()),
  /** As in `peaks`; each run measures the best tile once more and keeps the better figure. */
  measured: z.string().optional(),
});

/** What a page notices while something is measured, in ms. */
export const pageSchema = z.object({
  /** How long it was hidden. */
  hiddenMs: z.number(),
  /** Median between two ticks of a timer of 100 ms. */
  timerMs: z.number(),
  /** Median from asking for a frame to getting it; absent where none came. */
  frameMs: z.number().optional(),
});

export const reportSchema = z.object({
  schema: z.literal(REPORT_SCHEMA),
  version: z.literal(REPORT_VERSION),
  device: deviceSchema,
  environment: z.object({
    tilewise: z.string(),
    /** ISO 8601. */
    date: z.string(),
    userAgent: z.string(),
    hardwareConcurrency: z.number(),
    /** Whether `timestamp-query` is there. */
    timestamps: z.boolean(),
    /** How the page fared meanwhile, where there is one. */
    page: pageSchema.optional(),
  }),
  /** The best WGSL matmul on the same device: the yardstick behind `percentOfMatmul`. */
  matmul: matmulSchema.optional(),
  /** The roofs of the same device. */
  peaks: peaksSchema.optional(),
  /** Of the random inputs; 1 where it is left out. */
  seed: z.number().int().optional(),
  results: z.array(resultSchema),
});

export type DeviceReport = z.infer<typeof deviceSchema>;
/** What a device does at its best, in one look: the roofs, and the matmul below them. */
export type Peaks = z.infer<typeof peaksSchema> & {
  readonly matmul: z.infer<typeof matmulSchema> & { readonly formula: string };
};
export type Status = z.infer<typeof statusSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type Comparison = z.infer<typeof comparisonSchema>;
export type Result = z.infer<typeof resultSchema>;
export type PageConditions = z.infer<typeof pageSchema>;
export type Report = z.infer<typeof reportSchema>;

/** Reads a report from parsed JSON. @throws ZodError naming the first field that is off */
export function parseReport(json: unknown): Report {
  return reportSchema.parse(json);
}
