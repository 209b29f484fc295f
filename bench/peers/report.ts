import type { DeviceReport, Report } from '../../src/measure/report.ts';
import type { PeerCase } from './cases.ts';

/** The deviation from float64. A result above `bound` counts as wrong. */
export interface PeerError {
  readonly maxAbs: number;
  readonly relL2: number;
  readonly bound: number;
  readonly coverage: string;
  readonly ok: boolean;
}

/** The result of one library on one case. */
export interface PeerResult extends PeerCase {
  /** The problem in words. */
  readonly title: string;
  readonly peer: string;
  readonly status: 'ok' | 'wrong' | 'unsupported' | 'failed';
  /** The reason why the status is not `ok`. */
  readonly reason?: string;
  readonly error?: Omit<PeerError, 'ok'>;
  /** Wall-clock time of one execution, from submission until the GPU is done: median and 95 % interval. */
  readonly time?: {
    readonly medianMs: number;
    readonly lowMs: number;
    readonly highMs: number;
    readonly samples: number;
    readonly repetitions: number;
  };
  /** This time / Tilewise's time, in the same rounds: 2 takes twice as long. */
  readonly versusTilewise?: { readonly ratio: number; readonly low: number; readonly high: number };
}

export interface PeersReport {
  readonly schema: 'tilewise-peers';
  readonly version: 1;
  readonly device: DeviceReport;
  readonly environment: Report['environment'];
  readonly peers: readonly {
    readonly id: string;
    readonly title: string;
    readonly version: string;
    readonly device: string;
  }[];
  readonly results: readonly PeerResult[];
}
