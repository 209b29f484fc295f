/** `npx tsx test/strain/run.ts [calls] [seed]`: a long strain, on whatever GPU Dawn finds. */
import { openLab } from '../../src/index.ts';
import { NodeWorker } from '../support/node-worker.ts';
import '../support/dawn-gpu.ts';
import { strain } from './strain.ts';

const [calls = 2000, seed = 1] = process.argv.slice(2).map(Number);
const lab = await openLab({ tuned: {}, worker: () => new NodeWorker() });
const { good, refused, faults } = await strain(lab, { calls, seed, computes: true });
for (const fault of faults) console.error(fault);
console.log(`${good} good, ${refused} refused, ${faults.length} faults`);
lab.close();
process.exitCode = faults.length === 0 ? 0 : 1;
