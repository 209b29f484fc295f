import type { Run } from '../../core/run.ts';
import type { AttentionState } from '../attention/api.ts';

/** The state over all the keys of the states that were merged. */
export interface MergeStatesResult extends AttentionState {
  readonly run: Run;
}
