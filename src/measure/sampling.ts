import type { ExecuteOptions, Job } from '../gpu/runner.ts';
import { estimate } from './statistics.ts';

/** The samples of one variant so far, in ms for one execution. */
export interface Series {
  readonly job: Job;
  readonly repetitions: number;
  readonly wallMs: number[];
  /** GPU times of those samples whose timestamps were all credible. */
  readonly gpuMs: number[];
  rejectedTimestamps: number;
}

/** A timed span is at least this long: 200 times the 0.1 ms to which browsers round. */
const SPAN_MS = 20;
const MAX_REPETITIONS = 1000;

/**
 * Chooses how often to repeat a kernel inside one timed span.
 * @param warmMs time of the execution that warmed everything up
 */
export async function calibrate(job: Job, warmMs: number, options: ExecuteOptions): Promise<Series> {
  let once = warmMs;
  // A short first run is mostly overhead and cold caches, so it says little about the kernel.
  if (warmMs < 5 * SPAN_MS) {
    const { wallMs, gpuMs } = await job.execute({ ...options, repetitions: 2 });
    once = Math.max(gpuMs ?? wallMs, 1e-3) / 2;
  }
  const repetitions = Math.min(MAX_REPETITIONS, Math.max(1, Math.ceil(SPAN_MS / once)));
  return { job, repetitions, wallMs: [], gpuMs: [], rejectedTimestamps: 0 };
}

/** Takes one sample. */
export async function sample(series: Series, options: ExecuteOptions): Promise<void> {
  const { repetitions } = series;
  const took = await series.job.execute({ ...options, repetitions });
  series.wallMs.push(took.wallMs / repetitions);
  if (took.gpuMs !== undefined) series.gpuMs.push(took.gpuMs / repetitions);
  series.rejectedTimestamps += took.rejectedTimestamps;
}

/** The series to trust: GPU timestamps if every sample has them, else the wall clock. */
export function trusted({ wallMs, gpuMs }: Series): { ms: readonly number[]; source: 'timestamp' | 'wall' } {
  return gpuMs.length === wallMs.length && gpuMs.length > 0
    ? { ms: gpuMs, source: 'timestamp' }
    : { ms: wallMs, source: 'wall' };
}

/** Sampling may end early after this many samples, if the interval is at most this fraction of the median. */
const ENOUGH = 7;
const NARROW = 0.02;

/** Whether the interval is narrow enough to stop sampling. */
export function settled(series: Series): boolean {
  const { ms } = trusted(series);
  const { median, low, high } = estimate(ms);
  return ms.length >= ENOUGH && high - low <= NARROW * median;
}
