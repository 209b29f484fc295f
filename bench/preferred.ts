/**
 * `npm run bench:preferred`: how close the contrastive variant that runs where none is named comes to the fastest, on a grid of
 * losses, sizes and widths. Exits with 1 where it takes over 1.1 times as long: docs/command-line.md.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import type * as Sessions from '../src/gpu/session.ts';
import type * as Operations from '../src/operations/index.ts';
import { sourceServer } from './backends/lab-from-source.ts';
import { openAnyDawn } from './backends/dawn.ts';
import { EXIT } from './exit-codes.ts';

/** How much longer than the fastest variant the preferred one may take. */
const ALLOWED = 1.1;

const { values } = parseArgs({
  options: {
    losses: { type: 'string', default: 'clip,info-nce,siglip,nt-xent' },
    sizes: { type: 'string', default: '256,1024,2048' },
    dims: { type: 'string', default: '16,64,256' },
    variants: { type: 'string', default: 'tiled,panelled' },
    gradients: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    adapter: { type: 'string', default: 'default' },
  },
});
const log = (line: string): void => void process.stderr.write(`${line}\n`);
const list = (text: string) => text.split(',').filter((part) => part !== '');
const numbers = (text: string) => list(text).map(Number);

const gpu = await openAnyDawn({ adapter: values.adapter === 'swiftshader' ? 'swiftshader' : 'default', log });
const server = await sourceServer();
const { Loaded, openSession } = (await server.ssrLoadModule('/src/gpu/session.ts')) as typeof Sessions;
const { requireOperation } = (await server.ssrLoadModule('/src/operations/index.ts')) as typeof Operations;
const session = await openSession(gpu, 'high-performance');

/** Milliseconds of each variant that runs, the least of some interleaved rounds; the first, which compiles, is not timed. */
async function timesOf(problem: object): Promise<{ preferred: string; times: Map<string, number> }> {
  const bound = requireOperation('contrastive').bind(problem, session.identity);
  const inputs = bound.inputs(1);
  const runs = list(values.variants).flatMap((id) => {
    const variant = bound.variant(id);
    return variant.supported === true ? [{ id, plan: variant.plan() }] : [];
  });
  const times = new Map<string, number>();
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const { id, plan } of runs) {
      const loaded = await Loaded.load(session, plan, inputs);
      const start = performance.now();
      await loaded.job.execute();
      if (round > 0) times.set(id, Math.min(times.get(id) ?? Infinity, performance.now() - start));
      loaded.destroy();
    }
  }
  return { preferred: bound.preferred().id, times };
}

const table = new Table({ head: ['loss', 'rows', 'dim', 'ms', 'preferred', '× fastest'] });
let slow = 0;
for (const loss of list(values.losses)) {
  for (const numRows of numbers(values.sizes)) {
    for (const embedDim of numbers(values.dims)) {
      const given = values.gradients === undefined ? {} : { gradients: list(values.gradients) };
      const problem = requireOperation('contrastive').problem({ loss, numRows, embedDim, ...given });
      const { preferred, times } = await timesOf(problem);
      const ratio = (times.get(preferred) ?? NaN) / Math.min(...times.values());
      if (!(ratio <= ALLOWED)) slow++;
      const each = [...times].map(([id, ms]) => `${id} ${ms.toPrecision(3)}`).join(', ');
      log(`${loss} ${numRows} × ${embedDim}: ${each}; ${preferred} ${ratio.toFixed(2)}`);
      table.push([loss, numRows, embedDim, each, preferred, ratio.toFixed(2)]);
    }
  }
}
console.log(table.toString());
console.log(
  slow === 0 ? `All within ${ALLOWED} times the fastest.` : `${slow} take over ${ALLOWED} times the fastest.`,
);
session.device.destroy();
await server.close();
process.exitCode = slow === 0 ? EXIT.ok : EXIT.bad;
