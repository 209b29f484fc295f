import type { Session } from '../gpu/session.ts';
import type { Progress } from './measure-plan.ts';

/** The context of a measurement: its device, and the ways to stop and follow it. */
export interface MeasureContext {
  readonly session: Session;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
