import type { Schedule } from '../../../ring/attention/task.ts';
import type { RingOperation } from '../../../ring/theory.ts';
import type { Fields } from '../../form/fields.ts';

/** The operations that ranks can share. */
export const OPERATION_TITLES: Readonly<Record<RingOperation, string>> = {
  attention: 'Attention',
  'attention-backward': 'Gradients of attention',
  contrastive: 'Contrastive loss, with gradients',
};

export const SCHEDULES = ['ring', 'all-to-all'] as const satisfies readonly Schedule[];

export const SCHEDULE_TITLES: Readonly<Record<Schedule, string>> = {
  ring: 'Keys go round',
  'all-to-all': 'Heads change places',
};

/** The fields that the form has before the tables of options are loaded. */
export const FIRST_FIELDS: Fields = { operation: 'attention', schedule: 'ring', ranks: '4', size: '256' };

export const isOperation = (text: string | undefined): text is RingOperation =>
  text !== undefined && Object.hasOwn(OPERATION_TITLES, text);
