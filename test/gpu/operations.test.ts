/** Every variant of every operation, at every corner, but for attention: that has files of its own, which run beside this one. */
import { testEveryCorner } from '../support/every-corner.ts';
import { TESTED } from '../support/operations.ts';

testEveryCorner(TESTED.filter(({ id }) => id !== 'attention' && id !== 'attention-backward'));
