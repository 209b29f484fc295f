import { expect, test } from 'vitest';
import { openLab } from '../../src/index.ts';
import { strainCalls } from '../strain/calls.ts';
import { strainFaults } from '../strain/faults.ts';
import { NodeWorker } from '../support/node-worker.ts';
import '../support/null-navigator.ts';

test('random calls settle, and what is refused is refused by type', async () => {
  const lab = await openLab({ tuned: {}, worker: () => new NodeWorker() });
  const { counts, faults } = await strainCalls(lab, { turns: 300, seed: 1, computes: false });
  expect(faults).toEqual([]);
  expect(counts['good']).toBeGreaterThan(100);
  expect(counts['refused']).toBeGreaterThan(50);
  lab.close();
});

test('calls in the midst of which something ends are right or rejected by type, in their order', async () => {
  const { counts, faults } = await strainFaults({ turns: 40, seed: 1, computes: false });
  expect(faults).toEqual([]);
  for (const name of ['device lost', 'worker dead', 'aborted', 'closed'])
    expect(counts[name]).toBeGreaterThan(3);
});
