import type { MeasurePlan, Progress } from '../../src/measure/measure-plan.ts';
import type { OperationId } from '../../src/operations/index.ts';
import type { DeviceReport, Report } from '../../src/measure/report.ts';
import type { Tuned } from '../../src/measure/tuning/tuned.ts';
import type { TunedState } from '../../src/worker/api.ts';
import type { AdapterId } from '../args.ts';

/** Somewhere that WebGPU runs. */
export type Backend = (options: BackendOptions) => Promise<OpenBackend>;

export interface BackendOptions {
  readonly adapter: AdapterId;
  /** Parameters that tuning has kept, as its file holds them. */
  readonly tuned: unknown;
  /** Told of slow steps and of whatever a browser complains of. */
  readonly log: (line: string) => void;
}

export interface OpenBackend {
  readonly device: DeviceReport;
  /** The tuned parameters that are in use here, and notes on those that are not. */
  readonly tuned: TunedState;
  /** @throws AbortError once `signal` fires */
  measure(plan: MeasurePlan, options: MeasureOptions): Promise<Report>;
  /** @throws as `measure` does */
  tune(request: TuneRequest, options: MeasureOptions): Promise<Tuned>;
  close(): Promise<void>;
}

/** The arguments of `Lab.tune`, as plain data. */
export interface TuneRequest {
  readonly operation: OperationId;
  readonly problem: object;
  readonly variant: string;
  readonly budgetMs: number;
}

export interface MeasureOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}
