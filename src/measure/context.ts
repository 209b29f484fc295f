import type { Session } from '../gpu/session.ts';
import type { Progress } from './measure-plan.ts';

/** What every measurement needs: the device, and how to stop it and follow it. */
export interface MeasureContext {
  readonly session: Session;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
