import { isInteger } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import { wholeExtents } from '../shard.ts';
import { keysOf } from '../visibility.ts';
import { lengthsIn } from './arguments.ts';
import { MASKS, MAX_REACH, option } from './option.ts';

export const seqLensKV = option({
  name: 'seqLensKV',
  title: 'Valid keys',
  help: 'how many keys of each batch entry are valid, in tokens: 40,9 for two entries; the rest is padding',
  flag: '--key-lengths <numbers>',
  group: MASKS,
  control: { kind: 'counts', most: MAX_REACH },
  unset: 'all',
  example: '5',
  exampleWith: { batch: '1' },
  arguments: { seqLensKV: (value) => ({ fields: { seqLensKV: lengthsIn('seqLensKV', value) } }) },
  condition: { name: 'LENGTHS', about: 'each batch entry has its own number of keys' },
  data: {
    name: 'keyLengths',
    dtype: 'u32',
    packed: true,
    count: ({ batch }) => batch,
    values: (problem) => Uint32Array.from({ length: problem.batch }, (_, entry) => keysOf(problem, entry)),
  },
  random: (draw, { batch, seqLenKV }) => ({
    seqLensKV: Array.from({ length: batch }, () => draw.int(0, seqLenKV)),
  }),
  check(problem) {
    const { seqLensKV: lengths, batch } = problem;
    const { seqLenKV } = wholeExtents(problem);
    if (lengths === undefined) return;
    if (lengths.length !== batch) {
      throw new ShapeError('seqLensKV', `${batch} lengths, one per batch entry`, `${lengths.length}`);
    }
    for (const length of lengths) {
      if (isInteger(length, 0, seqLenKV)) continue;
      throw new ShapeError('seqLensKV', `integers from 0 to seqLenKV = ${seqLenKV}`, String(length));
    }
  },
});
