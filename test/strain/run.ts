/** `npm run strain -- --help`: strains the library for a while, on SwiftShader or whatever GPU Dawn finds. */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { sourceServer } from '../../bench/backends/lab-from-source.ts';
import '../support/dawn-gpu.ts';
import type * as RoundsModule from './rounds.ts';

const command = new Command('strain')
  .description('Random calls, faults, files and links. TILEWISE_ADAPTER=swiftshader puts kernels on the CPU.')
  .option('--minutes <number>', 'time to go on for', Number, 1)
  .option('--seed <number>', 'of the first random choice; each turn has the next one', Number, 1)
  .option('--json <file>', 'write what was tried and what came of it to this file')
  .parse();
const { minutes, seed, json } = command.opts<{ minutes: number; seed: number; json?: string }>();

const server = await sourceServer();
const { strainFor } = (await server.ssrLoadModule('/test/strain/rounds.ts')) as typeof RoundsModule;
const outcome = await strainFor(minutes, seed);
await server.close();

for (const [name, counts] of Object.entries(outcome.tried)) {
  const words = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  console.log(`${name}: ${words.join(', ')}`);
}
for (const fault of outcome.faults) console.error(fault);
console.log(
  `${outcome.rounds} rounds, seeds ${seed} to ${outcome.lastSeed}: ${outcome.faults.length} faults`,
);
if (json !== undefined) writeFileSync(json, `${JSON.stringify(outcome, null, 2)}\n`);
// Devices and workers that faults have left behind would keep this process for ever.
process.exit(outcome.faults.length === 0 ? 0 : 1);
