import { isInteger } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import { i32 } from '../../../core/plan.ts';
import { bandOf, isBanded } from '../visibility.ts';
import { wholeExtents } from '../shard.ts';
import { lengthsIn } from './arguments.ts';
import { MASKS, MAX_REACH, option } from './option.ts';

export const windowOption = option({
  name: 'window',
  title: 'Window',
  help: 'how many tokens a query sees before and after its own place: 128,0 for the 128 before it and none after; -1 for all; 128 alone is 128,0',
  flag: '--window <left,right>',
  group: MASKS,
  control: { kind: 'counts', least: -1, most: MAX_REACH, atMost: 2 },
  unset: 'all keys',
  example: '16, 4',
  apply: ([left = -1, right = 0]) => ({ window: [left, right] }),
  arguments: {
    window(value) {
      const [left, right, ...more] = lengthsIn('window', value);
      if (left !== undefined && right !== undefined && more.length === 0) {
        return { fields: { window: [left, right] } };
      }
      throw new ShapeError('window', 'two numbers', `${lengthsIn('window', value).length}`);
    },
  },
  anySize: true,
  condition: {
    name: 'BANDED',
    about: 'limit the keys a query sees to a band around the diagonal',
    when: isBanded,
  },
  uniforms(problem) {
    // Past every token, so that no sum in the kernels overflows.
    const { seqLenQ, seqLenKV } = wholeExtents(problem);
    const far = seqLenQ + seqLenKV;
    const [left = -1, right = -1] = bandOf(problem).map((reach) => Math.min(reach, far));
    return [i32('band_left', left), i32('band_right', right)];
  },
  random: (draw) => ({ window: [draw.int(-1, 20), draw.int(-1, 20)] }),
  check(problem) {
    if (problem.window?.every((reach) => isInteger(reach, -1, Infinity)) !== false) return;
    throw new ShapeError('window', 'two integers from -1 up', `[${problem.window.join(', ')}]`);
  },
});
