import { isInteger } from '../../../core/checks.ts';
import { ShapeError } from '../../../core/errors.ts';
import { hashingOf, hyperplanes, USUAL_HASHING } from '../hashing.ts';
import type { AttentionProblem } from '../problem.ts';
import type { Hashing, Selection } from '../selected.ts';
import { MASKS, MAX_REACH, option } from './option.ts';

/** Where keys are sampled by hash tables. */
const isHashed = ({ selected }: Partial<AttentionProblem>): boolean => selected?.by === 'lsh';

/** A change of the hash tables. @throws ShapeError if keys are not sampled by any */
function rehashed(
  name: string,
  selected: Selection | undefined,
  change: Partial<Hashing>,
): { readonly selected: Selection } {
  if (selected?.by !== 'lsh') throw new ShapeError(name, 'given along with choose lsh', 'another choice');
  return { selected: { ...selected, hashing: { ...USUAL_HASHING, ...selected.hashing, ...change } } };
}

const WITH_LSH = { selected: '30', choose: 'lsh' };

const bits = option({
  name: 'lshBits',
  title: 'Bits of a hash',
  help: 'random hyperplanes of each hash table: more of them sample fewer keys',
  flag: '--lsh-bits <n>',
  group: MASKS,
  control: { kind: 'count', most: 16 },
  unset: String(USUAL_HASHING.bits),
  alsoCalled: ['choose.bits'],
  example: '4',
  exampleWith: WITH_LSH,
  fields: [],
  arguments: {},
  apply: (count, { selected }) => rehashed('lshBits', selected, { bits: count }),
  data: {
    name: 'hyperplanes',
    dtype: 'f32',
    when: isHashed,
    count: (problem) => {
      const { bits: each, tables: number } = hashingOf(problem);
      return each * number * problem.headDim;
    },
    values: hyperplanes,
  },
  check(problem) {
    if (!isHashed(problem)) return;
    const { bits: each, tables: number, seed: start } = hashingOf(problem);
    if (!isInteger(each, 1, 16))
      throw new ShapeError('choose.bits', 'a whole number from 1 to 16', String(each));
    if (!isInteger(number, 2, 1024)) {
      throw new ShapeError('choose.tables', 'a whole number from 2 to 1024', String(number));
    }
    if (!isInteger(start, 0, MAX_REACH))
      throw new ShapeError('choose.seed', 'a whole number from 0 up', String(start));
  },
});

const tables = option({
  name: 'lshTables',
  title: 'Hash tables',
  help: 'hash tables, two of which must have a key beside the query: more of them sample more keys',
  flag: '--lsh-tables <n>',
  group: MASKS,
  control: { kind: 'count', least: 2, most: 1024 },
  unset: String(USUAL_HASHING.tables),
  alsoCalled: ['choose.tables'],
  example: '20',
  exampleWith: WITH_LSH,
  fields: [],
  arguments: {},
  apply: (count, { selected }) => rehashed('lshTables', selected, { tables: count }),
});

const seed = option({
  name: 'lshSeed',
  title: 'Seed of the hashes',
  help: 'seed of the hyperplanes: the mean over seeds is dense attention',
  flag: '--lsh-seed <n>',
  group: MASKS,
  control: { kind: 'count', most: MAX_REACH },
  unset: String(USUAL_HASHING.seed),
  alsoCalled: ['choose.seed'],
  example: '7',
  exampleWith: WITH_LSH,
  fields: [],
  arguments: {},
  apply: (value, { selected }) => rehashed('lshSeed', selected, { seed: value }),
});

/** How hash tables sample keys. */
export const HASHING_OPTIONS = [bits, tables, seed];
