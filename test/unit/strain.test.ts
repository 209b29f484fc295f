import { expect, test } from 'vitest';
import { strainFiles } from '../strain/files.ts';
import { strainLinks } from '../strain/links.ts';

test('damaged files are read or refused with a reason', async () => {
  const { counts, faults } = await strainFiles({ turns: 500, seed: 1 });
  expect(faults).toEqual([]);
  expect(counts['read']).toBeGreaterThan(20);
  expect(counts['refused']).toBeGreaterThan(50);
});

test('damaged links give fields, and a notice where they cannot be read', () => {
  const { counts, faults } = strainLinks({ turns: 500, seed: 1 });
  expect(faults).toEqual([]);
  expect(counts['read']).toBeGreaterThan(20);
  expect(counts['noticed']).toBeGreaterThan(50);
});
