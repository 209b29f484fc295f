/** Tokens that come to an encoded cache, against the same tokens in it. */
import { expect, test } from 'vitest';
import { appendTokens, timeAppend, tokensTogether } from '../../src/operations/kv-cache/append.ts';
import {
  codecOf,
  decodeCache,
  encodeCache,
  extentOf,
  partsOf,
} from '../../src/operations/kv-cache/encode.ts';
import { FORMATS } from '../../src/operations/kv-cache/methods/index.ts';
import { DATA, problemOf, range } from '../support/small-cache.ts';

/** Parameters with which all 40 keys of 16 elements are encoded, none left in a window. */
const OWN = { groupSize: 8, residual: 0, rank: 4 };

// Those of 2 bits are those of 4 with other codes, in groups that 40 keys are no multiple of.
test.each(FORMATS.filter(({ id }) => !id.endsWith('-2')))(
  '$id: the last tokens become what they are in the cache',
  ({ id, params }) => {
    const problem = problemOf(
      id,
      Object.fromEntries(Object.entries(OWN).filter(([name]) => params.some((param) => param.name === name))),
    );
    const cache = encodeCache(problem, DATA);
    const [part] = partsOf(problem);
    const [decoded] = decodeCache(problem, cache);
    const slots = tokensTogether(problem);
    expect(slots).toBe(id.startsWith('kivi') ? 8 : 1);
    const appended = appendTokens(problem, DATA, cache);
    expect(appended.map(({ side }) => side)).toEqual(['key', 'value']);
    for (const { side, encoded } of appended) {
      if (part === undefined) throw new Error('no part');
      const own = [...codecOf(part, side).decode(encoded, { ...extentOf(problem, part, side), slots })];
      const whole = decoded?.[side === 'key' ? 'keys' : 'values'] ?? new Float64Array();
      const expected = range(2).flatMap((group) => [
        ...whole.subarray((group * 40 + 40 - slots) * 16, (group + 1) * 40 * 16),
      ]);
      expect(own).toEqual(expected);
    }
  },
);

test('a token goes through codes and window, and tokens that are encoded together share the time', () => {
  const problem = problemOf('kivi-4', { groupSize: 8, residual: 8 });
  const cache = encodeCache(problem, DATA);
  expect(appendTokens(problem, DATA, cache).map(({ part }) => part)).toEqual([0, 0, 1, 1]);
  const ms = timeAppend(problem, DATA, cache, 1);
  expect(ms).toBeGreaterThan(0);
  expect(ms).toBeLessThan(1000);
});
