import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { unwrap } from '../answer.ts';
import { launchBrowser } from '../browser.ts';
import { openPage, serveSources } from '../browser/serve.ts';
import { NoWebGPUError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { explain } from '../explain.ts';
import { requireWritable } from '../outputs.ts';
import { paintFor } from '../paint.ts';
import { parsePeersArgs, type PeersOptions } from './args.ts';
import { peerCases } from './cases.ts';
import { install } from './install.ts';
import type { PeersReport } from './report.ts';
import { renderPeers } from './table.ts';

const CONFIG = path.join(import.meta.dirname, 'vite.config.ts');
const ROUNDS = { budgetMs: 10_000, fewest: 3, most: 30 };
const QUICK_ROUNDS = { budgetMs: 1_500, fewest: 3, most: 10 };

const log = (line: string): void => void process.stderr.write(`${line}\n`);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parsePeersArgs(args);
    if (options === undefined) return EXIT.ok;
    requireWritable({ json: options.json });
    const report = await measured(options);
    console.log(renderPeers(report, paintFor(process.stdout, process.env)));
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
    const own = report.results.filter(({ peer }) => peer === 'tilewise');
    return own.every(({ status }) => status === 'ok') ? EXIT.ok : EXIT.bad;
  } catch (error) {
    return explain(error, log, paintFor(process.stderr, process.env), ['browser']);
  }
}

async function measured({ quick, sizes, cases, only, adapter }: PeersOptions): Promise<PeersReport> {
  install(log);
  const server = await serveSources(CONFIG);
  try {
    const browser = await launchBrowser({ adapter, log });
    try {
      const { page, died } = await openPage(server, browser, 'bench/peers/index.html', log);
      await page.waitForFunction(() => window.tilewisePeers !== undefined);
      await page.exposeFunction('peersProgress', log);
      const plan = { cases: peerCases(cases, quick, sizes), only, rounds: quick ? QUICK_ROUNDS : ROUNDS };
      const answer = await Promise.race([
        page.evaluate((given) => window.tilewisePeers?.(given), plan),
        died,
      ]);
      if (answer === undefined) throw new Error('the page lost its code');
      if (!answer.ok && answer.name === 'UnsupportedError') throw new NoWebGPUError(answer.message);
      return unwrap(answer);
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
}
