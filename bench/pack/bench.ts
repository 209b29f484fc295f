/** The command line of a packed folder: Dawn alone, no browser, no Vite. */
import { Lab } from '../../src/worker/lab.ts';
import { dawnBackend } from '../backends/dawn.ts';
import { main } from '../main.ts';

const loadLab = () => Promise.resolve({ Lab, close: () => Promise.resolve() });

process.exitCode = await main(process.argv.slice(2), {
  dawn: () => Promise.resolve(dawnBackend(loadLab)),
});
