import { z } from '../core/schema.ts';

export const REPORT_SCHEMA = 'tilewise-report';
export const REPORT_VERSION = 1;

export const deviceSchema = z.object({
  vendor: z.string(),
  architecture: z.string(),
  device: z.string(),
  description: z.string(),
  /** Whether the adapter is a CPU. Its figures say nothing about GPUs. */
  isFallbackAdapter: z.boolean(),
  features: z.array(z.string()),
  limits: z.record(z.string(), z.number()),
  subgroupMinSize: z.number(),
  subgroupMaxSize: z.number(),
  /** The shapes that its matrix units multiply. */
  subgroupMatrices: z.optional(
    z.readonly(
      z.array(
        z.object({
          componentType: z.string(),
          resultComponentType: z.string(),
          M: z.number(),
          N: z.number(),
          K: z.number(),
        }),
      ),
    ),
  ),
});

export const statusSchema = z.enum(['ok', 'wrong', 'unsupported', 'out-of-memory', 'failed']);
/** Where a result's parameters came from: the variant's defaults, an earlier search, or the caller. */
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
  /** The name of the result, where a variant was measured more than once. */
  label: z.optional(z.string()),
  /** Shader files whose text was edited. */
  edited: z.optional(z.array(z.string())),
  /** The problem is another than the baseline's, and gives other numbers: there is no verdict. */
  computesOther: z.optional(z.boolean()),
  /** A hash of the edited texts: sixteen hexadecimal digits. */
  editedHash: z.optional(z.string()),
  /** The variant or label that `versusBaseline` compares with. */
  baseline: z.string(),
  problem: z.record(z.string(), z.unknown()),
  params: z.record(z.string(), z.number()),
  /** `own` if inputs came from the user's data; left out if they were seeded. */
  data: z.optional(z.literal('own')),
  paramsFrom: z.optional(paramsFromSchema),
  /** Whether an earlier run measured it, so that its samples are not of the rounds of the others. */
  kept: z.optional(z.literal(true)),
  /** Whether this is one tile of a sweep. It is shown in a heat map, and not ranked beside other variants. */
  sweep: z.optional(z.literal(true)),
  status: statusSchema,
  /** The reason why the status is not `ok`. */
  reason: z.optional(z.string()),
  /** Deviation from the float64 reference; `coverage` says how much of the output was compared. */
  error: z.optional(
    z.object({ maxAbs: z.number(), relL2: z.number(), bound: z.number(), coverage: z.string() }),
  ),
  /** The check of the last timed run. `otherInputs`: on inputs that the check before timing had not seen. */
  afterTiming: z.optional(z.object({ relL2: z.number(), coverage: z.string(), otherInputs: z.boolean() })),
  /** The shortest time that the roofs of the run allow: useful FLOPs at the best rate, large inputs and outputs moved once. */
  floorMs: z.optional(z.number()),
  /** retrieve: the share of the nearest, by elements as they were given, that the lists of the compared rows have. */
  recall: z.optional(z.number()),
  /** With status `wrong`: a map of the worst output's error over the compared rows, of at most 32 × 32 cells. */
  errorMap: z.optional(
    z.object({
      output: z.string(),
      rows: z.int(),
      columns: z.int(),
      /** The largest deviation in each cell; null if the cell holds a NaN or an infinity. */
      cells: z.array(z.array(z.nullable(z.number()))),
    }),
  ),
  time: z.optional(
    z.object({
      medianMs: z.number(),
      /** 95 % confidence interval of the median. */
      lowMs: z.number(),
      highMs: z.number(),
      samples: z.int(),
      /** GPU timestamps if all are credible, else the wall clock. */
      source: z.enum(['timestamp', 'wall']),
      /** Median wall-clock time of the same runs, whatever the source. */
      wallMs: z.number(),
      /** Executions inside one timed span. */
      repetitions: z.int(),
      /** Timestamp pairs that were zero, negative or repeated. */
      rejectedTimestamps: z.int(),
      /** Every sample, in ms for one execution, in the order of the rounds. */
      all: z.optional(z.array(z.number())),
    }),
  ),
  /** Useful FLOPs of the operation; `executedFlops` counts recomputation too. */
  flops: z.number(),
  /** f32 values that an invocation accumulates in registers, if it has register tiles. */
  accumulators: z.optional(z.int()),
  executedFlops: z.optional(z.number()),
  /** contrastive: products of all rows with all columns that were computed, U = 2 · N · M · D FLOP each. */
  work: z.optional(z.number()),
  gflops: z.optional(z.number()),
  /**
   * Bytes moved between memory and workgroups, in a model; and the least possible, which is inputs and outputs once.
   */
  trafficBytes: z.optional(z.number()),
  leastBytes: z.optional(z.number()),
  workspaceBytes: z.optional(z.number()),
  /** Visited key tiles over all row blocks and heads, and those that a dense run would visit. */
  tiles: z.optional(z.object({ visited: z.int(), total: z.int() })),
  /** With status `out-of-memory`: the buffer, what it asked for and what the device allows. */
  memory: z.optional(z.object({ buffer: z.string(), bytesAsked: z.number(), bytesLimit: z.number() })),
  percentOfMatmul: z.optional(z.number()),
  versusBaseline: z.optional(comparisonSchema),
});

/** The roofs of the device, measured before the first results. Each figure has its formula. */
export const peaksSchema = z.object({
  /** Time of the measurement, in ISO 8601. All runs on one device share it. */
  measured: z.optional(z.string()),
  /** Multiply-adds on values in registers. */
  fma: z.object({ gflops: z.number(), formula: z.string() }),
  /** Copied memory in 10⁹ bytes a second, where reading and writing count each. */
  copy: z.object({
    gbPerS: z.number(),
    /** The faster of two ways to copy. */
    method: z.enum(['copyBufferToBuffer', 'kernel']),
    formula: z.string(),
  }),
});

export const matmulSchema = z.object({
  size: z.number(),
  gflops: z.number(),
  /** The matmul variant. Reports of older versions, which had only `tiled`, leave it out. */
  variant: z.optional(z.string()),
  params: z.record(z.string(), z.number()),
  /** Time of the measurement, as in `peaks`. Each run measures the best tile once more, and keeps the better figure. */
  measured: z.optional(z.string()),
});

/** How the page fared while it measured, in ms. */
export const pageSchema = z.object({
  /** Time for which the page was hidden. */
  hiddenMs: z.number(),
  /** Median time between two ticks of a 100 ms timer. */
  timerMs: z.number(),
  /** Median time from requesting a frame to getting it; absent if none came. */
  frameMs: z.optional(z.number()),
});

export const reportSchema = z.object({
  schema: z.literal(REPORT_SCHEMA),
  version: z.literal(REPORT_VERSION),
  device: deviceSchema,
  environment: z.object({
    tilewise: z.string(),
    /** Time of the report, in ISO 8601. */
    date: z.string(),
    userAgent: z.string(),
    hardwareConcurrency: z.number(),
    /** Whether the device has `timestamp-query`. */
    timestamps: z.boolean(),
    /** How the page fared during the run, if a page ran it. */
    page: z.optional(pageSchema),
  }),
  /** The best WGSL matmul on the same device: the yardstick behind `percentOfMatmul`. */
  matmul: z.optional(matmulSchema),
  /** The roofs of the same device. */
  peaks: z.optional(peaksSchema),
  /** Whether the run was stopped before its end: what follows is what was final by then. */
  partial: z.optional(z.literal(true)),
  /** Seed of the random inputs; 1 if it is left out. */
  seed: z.optional(z.int()),
  results: z.array(resultSchema),
});

export type DeviceReport = z.infer<typeof deviceSchema>;
/** The best that a device can do: its roofs, and the best matmul. */
export type Peaks = z.infer<typeof peaksSchema> & {
  readonly matmul: z.infer<typeof matmulSchema> & { readonly formula: string };
};
export type Status = z.infer<typeof statusSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type Comparison = z.infer<typeof comparisonSchema>;
export type Result = z.infer<typeof resultSchema>;
export type PageConditions = z.infer<typeof pageSchema>;
export type Report = z.infer<typeof reportSchema>;

/** Reads a report from parsed JSON. @throws $ZodError naming the first field that is off */
export function parseReport(json: unknown): Report {
  return reportSchema.parse(json);
}
