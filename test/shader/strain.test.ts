import { expect, test } from 'vitest';
import { openLab } from '../../src/index.ts';
import { strain } from '../strain/strain.ts';
import { NodeWorker } from '../support/node-worker.ts';

test('random calls settle, and what is refused is refused by type', async () => {
  const lab = await openLab({ tuned: {}, worker: () => new NodeWorker() });
  const { good, refused, faults } = await strain(lab, { calls: 300, seed: 1, computes: false });
  expect(faults).toEqual([]);
  expect(good).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(50);
  lab.close();
}, 60_000);
