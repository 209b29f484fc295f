import { expect, test } from 'vitest';
import { RecentlyUsed } from '../../src/core/recently-used.ts';

test('the entry that was not used for longest is dropped', () => {
  const kept = new RecentlyUsed<string, number>(2);
  kept.set('a', 1);
  kept.set('b', 2);
  expect(kept.get('a')).toBe(1);
  kept.set('c', 3);
  expect(['a', 'b', 'c'].map((key) => kept.has(key))).toEqual([true, false, true]);
  kept.delete('a');
  expect(kept.get('a')).toBeUndefined();
});
