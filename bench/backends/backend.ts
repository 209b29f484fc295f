import type { MeasurePlan, Progress } from '../../src/measure/measure-plan.ts';
import type { DeviceReport, Report } from '../../src/measure/report.ts';
import type { AdapterId } from '../args.ts';

/** Somewhere that WebGPU runs. */
export type Backend = (options: BackendOptions) => Promise<OpenBackend>;

export interface BackendOptions {
  readonly adapter: AdapterId;
  /** Told of slow steps and of whatever a browser complains of. */
  readonly log: (line: string) => void;
}

export interface OpenBackend {
  readonly device: DeviceReport;
  /** @throws AbortError once `signal` fires */
  measure(plan: MeasurePlan, options: MeasureOptions): Promise<Report>;
  close(): Promise<void>;
}

export interface MeasureOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}
