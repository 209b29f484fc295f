import { ShapeError } from '../../../core/errors.ts';
import { LOSS, option } from './option.ts';

/** Each row's list is kept in order by one invocation. */
const MOST_HARDEST = 128;

export const hardest = option({
  name: 'hardest',
  title: 'Hardest negatives',
  help: `list the negatives of each row that are most similar to it: how many a row, 1 to ${MOST_HARDEST}; 4, for example`,
  flag: '--hardest <k>',
  group: LOSS,
  control: { kind: 'count', most: MOST_HARDEST },
  unset: 'none',
  example: '4',
  check({ hardest: count = 1 }) {
    if (!(Number.isInteger(count) && count >= 1 && count <= MOST_HARDEST)) {
      throw new ShapeError('hardest', `a whole number from 1 to ${MOST_HARDEST}`, String(count));
    }
  },
  condition: { name: 'HARDEST', about: 'list the negatives of each row that are most similar' },
  random: (draw) => ({ hardest: draw.int(1, 4) }),
  anySize: true,
});
