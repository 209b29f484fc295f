/**
 * `npm run bench:retrieve`: searches by the preferred variant beside a search through plain typed arrays in one thread, in
 * interleaved rounds on Dawn: docs/command-line.md.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import type * as Sessions from '../src/gpu/session.ts';
import type * as Operations from '../src/operations/index.ts';
import { retrieveInputs } from '../src/operations/retrieve/inputs.ts';
import { firstOf } from '../src/operations/retrieve/order.ts';
import { retrieveProblem } from '../src/operations/retrieve/problem.ts';
import { normals } from '../src/core/random.ts';
import { formatMs, formatNumber } from '../src/measure/format.ts';
import { estimate, versus } from '../src/measure/statistics.ts';
import { sourceServer } from './backends/lab-from-source.ts';
import { openAnyDawn } from './backends/dawn.ts';

const { values } = parseArgs({
  options: {
    queries: { type: 'string', default: '64' },
    documents: { type: 'string', default: '100000' },
    'embed-dim': { type: 'string', default: '384' },
    k: { type: 'string', default: '10' },
    storages: { type: 'string', default: 'f32,f16,int8,binary' },
    rounds: { type: 'string', default: '5' },
    adapter: { type: 'string', default: 'default' },
  },
});
const log = (line: string): void => void process.stderr.write(`${line}\n`);
const problem = retrieveProblem({
  numQueries: Number(values.queries),
  numDocuments: Number(values.documents),
  embedDim: Number(values['embed-dim']),
  k: Number(values.k),
});
const query = normals(problem.numQueries * problem.embedDim, 1);
const document = normals(problem.numDocuments * problem.embedDim, 2);

const gpu = await openAnyDawn({ adapter: values.adapter === 'swiftshader' ? 'swiftshader' : 'default', log });
const server = await sourceServer();
const { Loaded, openSession } = (await server.ssrLoadModule('/src/gpu/session.ts')) as typeof Sessions;
const { requireOperation } = (await server.ssrLoadModule('/src/operations/index.ts')) as typeof Operations;
const session = await openSession(gpu, 'high-performance');

/** A search as one writes it without a library: every query meets every document, and a list of the best is kept. */
function plainSearch(): number[][] {
  const { numQueries, numDocuments, embedDim, k } = problem;
  const scores = new Float32Array(numDocuments);
  return Array.from({ length: numQueries }, (_, q) => {
    const own = query.subarray(q * embedDim, (q + 1) * embedDim);
    for (let d = 0; d < numDocuments; d++) {
      const start = d * embedDim;
      // Four sums, because a sum waits for the one before it.
      let [a, b, c, e] = [0, 0, 0, 0];
      let at = 0;
      for (; at + 3 < embedDim; at += 4) {
        a += (own[at] ?? 0) * (document[start + at] ?? 0);
        b += (own[at + 1] ?? 0) * (document[start + at + 1] ?? 0);
        c += (own[at + 2] ?? 0) * (document[start + at + 2] ?? 0);
        e += (own[at + 3] ?? 0) * (document[start + at + 3] ?? 0);
      }
      for (; at < embedDim; at++) a += (own[at] ?? 0) * (document[start + at] ?? 0);
      scores[d] = a + b + (c + e);
    }
    return firstOf(scores, k);
  });
}

/** Something to time, with its times. */
interface Entry {
  readonly name: string;
  readonly run: () => Promise<void> | void;
  readonly samples: number[];
}

const operation = requireOperation('retrieve');
const entries: Entry[] = [];
for (const storage of values.storages.split(',')) {
  log(`${storage} …`);
  const stored = operation.problem({ ...problem, storage });
  const bound = operation.bind(stored, session.identity);
  const inputs = retrieveInputs(retrieveProblem(stored), query, document);
  const plan = bound.preferred().plan();
  const loaded = await Loaded.load(session, plan, inputs);
  await loaded.job.execute();
  const { ok, relL2, coverage, recall = 1 } = bound.verify(inputs, await loaded.outputs(), 2e8);
  if (!ok) throw new Error(`${storage} is wrong: relative L2 ${relL2}`);
  log(`${storage}: right in ${coverage}, recall ${formatNumber(100 * recall)} %`);
  entries.push({
    name: storage,
    async run() {
      await loaded.job.execute();
    },
    samples: [],
  });
}
const plain: Entry = {
  name: 'typed arrays',
  run() {
    plainSearch();
  },
  samples: [],
};
for (let round = 0; round < Number(values.rounds); round++) {
  for (const { run, samples } of [plain, ...entries]) {
    const start = performance.now();
    await run();
    samples.push(performance.now() - start);
  }
  log(`round ${round + 1} of ${values.rounds}`);
}

const table = new Table({
  head: ['search', 'ms (95 %)', '× typed arrays (95 %)'],
  style: { head: [], border: [], compact: true },
});
for (const { name, samples } of [plain, ...entries]) {
  const { median, low, high } = estimate(samples);
  const { ratio, low: least, high: most } = versus(plain.samples, samples);
  table.push([
    name,
    `${formatMs(median)} (${formatMs(low)}–${formatMs(high)})`,
    `${formatNumber(ratio)} (${formatNumber(least)}–${formatNumber(most)})`,
  ]);
}
console.log(table.toString());
await server.close();
process.exit(0);
