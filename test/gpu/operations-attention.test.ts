import { testEveryCorner } from '../support/every-corner.ts';
import { TESTED } from '../support/operations.ts';

testEveryCorner(TESTED.filter(({ id }) => id === 'attention'));
