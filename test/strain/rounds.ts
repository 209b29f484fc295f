import { openLab } from '../../src/index.ts';
import { heldBytes } from '../support/memory.ts';
import { NodeWorker } from '../support/node-worker.ts';
import { strainCalls } from './calls.ts';
import { strainFaults } from './faults.ts';
import { strainFiles } from './files.ts';
import { strainLinks } from './links.ts';
import type { Strain, StrainOptions } from './strain.ts';

/** What was tried in all rounds, and what came of it. */
export interface Rounds {
  readonly seed: number;
  /** The seed of the last turn. */
  readonly lastSeed: number;
  readonly rounds: number;
  readonly tried: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly faults: readonly string[];
}

/** Bytes of results that may be held in between: a few calls' worth. */
const HELD = 2 ** 24;

/** Goes through all strains, round by round, until the time is up. */
export async function strainFor(minutes: number, seed: number): Promise<Rounds> {
  const lab = await openLab({ tuned: {}, worker: () => new NodeWorker() });
  const strains: [name: string, turns: number, run: (options: StrainOptions) => Promise<Strain>][] = [
    ['calls', 200, (options) => strainCalls(lab, options)],
    ['faults', 20, strainFaults],
    ['files', 500, strainFiles],
    ['links', 500, (options) => Promise.resolve(strainLinks(options))],
  ];
  const tried: Record<string, Record<string, number>> = {};
  const faults: string[] = [];
  const end = Date.now() + minutes * 60_000;
  let [next, rounds, held] = [seed, 0, Infinity];
  do {
    for (const [name, turns, run] of strains) {
      const outcome = await run({ turns, seed: next, computes: true });
      next += turns;
      const counts = (tried[name] ??= {});
      for (const [what, count] of Object.entries(outcome.counts)) counts[what] = (counts[what] ?? 0) + count;
      faults.push(...outcome.faults.map((fault) => `${name}: ${fault}`));
    }
    const now = await heldBytes();
    if (now > held + HELD) faults.push(`memory: ${now} bytes held, ${held} after the first round`);
    // The first round fills caches.
    if (rounds++ === 0) held = now;
  } while (Date.now() < end);
  lab.close();
  return { seed, lastSeed: next - 1, rounds, tried, faults };
}
