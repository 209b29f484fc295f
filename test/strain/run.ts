/** `npm run strain -- --help`: strains the library for a while, on SwiftShader or whatever GPU Dawn finds. */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { openLab } from '../../src/index.ts';
import { heldBytes } from '../support/memory.ts';
import { NodeWorker } from '../support/node-worker.ts';
import '../support/dawn-gpu.ts';
import { strainCalls } from './calls.ts';
import { strainFaults } from './faults.ts';
import { strainFiles } from './files.ts';
import { strainLinks } from './links.ts';
import type { Strain, StrainOptions } from './strain.ts';

const command = new Command('strain')
  .description('Random calls, faults, files and links. TILEWISE_ADAPTER=swiftshader puts kernels on the CPU.')
  .option('--minutes <number>', 'time to go on for', Number, 1)
  .option('--seed <number>', 'of the first random choice; each turn has the next one', Number, 1)
  .option('--json <file>', 'write what was tried and what came of it to this file')
  .parse();
const { minutes, seed, json } = command.opts<{ minutes: number; seed: number; json?: string }>();

/** Bytes of results that may be held in between: a few calls' worth. */
const HELD = 2 ** 24;

/** Turns of each strain in a round, which takes seconds. */
const STRAINS: Readonly<
  Record<string, { readonly turns: number; readonly run: (options: StrainOptions) => Promise<Strain> }>
> = {
  calls: { turns: 200, run: (options) => strainCalls(lab, options) },
  faults: { turns: 20, run: strainFaults },
  files: { turns: 500, run: strainFiles },
  links: { turns: 500, run: (options) => Promise.resolve(strainLinks(options)) },
};

const lab = await openLab({ tuned: {}, worker: () => new NodeWorker() });
const tried: Record<string, Record<string, number>> = {};
const faults: string[] = [];
const end = Date.now() + minutes * 60_000;
let [next, rounds, held] = [seed, 0, Infinity];
do {
  for (const [name, { turns, run }] of Object.entries(STRAINS)) {
    const outcome = await run({ turns, seed: next, computes: true });
    next += turns;
    const counts = (tried[name] ??= {});
    for (const [what, count] of Object.entries(outcome.counts)) counts[what] = (counts[what] ?? 0) + count;
    for (const fault of outcome.faults) {
      console.error(`${name}: ${fault}`);
      faults.push(`${name}: ${fault}`);
    }
  }
  // The first round fills caches.
  const now = await heldBytes();
  if (now > held + HELD)
    faults.push(`memory: ${now} bytes are held after round ${rounds + 1}, ${held} after the first`);
  if (rounds++ === 0) held = now;
} while (Date.now() < end);
lab.close();

for (const [name, counts] of Object.entries(tried)) {
  console.log(
    `${name}: ${Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ')}`,
  );
}
console.log(`${rounds} rounds from seed ${seed} to ${next - 1}: ${faults.length} faults`);
if (json !== undefined) writeFileSync(json, `${JSON.stringify({ seed, rounds, tried, faults }, null, 2)}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
