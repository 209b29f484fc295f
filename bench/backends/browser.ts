import type { Browser, Page } from 'puppeteer';
import type { Progress } from '../../src/measure/measure-plan.ts';
import type { Report } from '../../src/measure/report.ts';
import type { Tuned } from '../../src/measure/tuning/tuned.ts';
import { unwrap, type Answer } from '../answer.ts';
import { launchBrowser } from '../browser.ts';
import { openPage, serveBundled, type Site } from '../browser/serve.ts';
import { NoWebGPUError } from '../errors.ts';
import type { Backend, MeasureOptions, OpenBackend } from './backend.ts';

const HARNESS = 'bench/harness.html';

/** WebGPU in a headless Chrome or Chromium, on a page of the project's own. */
export const browserBackend: Backend = async ({ adapter, tuned, log }) => {
  const serving = serveBundled(HARNESS);
  const launching = launchBrowser({ adapter, log, outlivesInterrupt: true });
  try {
    const [site, browser] = await Promise.all([serving, launching]);
    return await openHarness(site, browser, tuned, log);
  } catch (error) {
    // Whichever of the two could not start, the other may have, or is about to.
    await Promise.allSettled([serving, launching].map(async (starting) => (await starting).close()));
    throw error;
  }
};

async function openHarness(
  site: Site,
  browser: Browser,
  tuned: unknown,
  log: (line: string) => void,
): Promise<OpenBackend> {
  const { page, died } = await openPage(site, browser, HARNESS, log);
  await page.waitForFunction(() => window.tilewiseBench !== undefined);
  const opened = await Promise.race([page.evaluate((kept) => window.tilewiseBench?.open(kept), tuned), died]);
  if (opened === undefined) throw new Error('the page lost its code');
  if (!opened.ok && opened.name === 'UnsupportedError') throw new NoWebGPUError(opened.message);
  const calls = await callsOn(page);
  return {
    ...unwrap(opened),
    measure: (plan, options) =>
      Promise.race([
        calls<Report>(options, () => page.evaluate((given) => window.tilewiseBench?.measure(given), plan)),
        died,
      ]),
    tune: (request, options) =>
      Promise.race([
        calls<Tuned>(options, () => page.evaluate((given) => window.tilewiseBench?.tune(given), request)),
        died,
      ]),
    async close() {
      await browser.close();
      await site.close();
    },
  };
}

/** Calls of the page, one at a time, that answer when they are done and tell how far they are. */
async function callsOn(page: Page) {
  let onProgress: MeasureOptions['onProgress'] = () => undefined;
  let onAnswer: (given: Answer<Report | Tuned>) => void = () => undefined;
  await page.exposeFunction('tilewiseProgress', (progress: Progress) => onProgress(progress));
  await page.exposeFunction('tilewiseAnswered', (given: Answer<Report | Tuned>) => onAnswer(given));
  return async <T extends Report | Tuned>(
    { signal, onProgress: tell }: MeasureOptions,
    start: () => Promise<unknown>,
  ): Promise<T> => {
    onProgress = tell;
    const answered = new Promise<Answer<Report | Tuned>>((resolve, reject) => {
      onAnswer = resolve;
      start().catch(reject);
    });
    const abort = () => void page.evaluate(() => window.tilewiseBench?.abort());
    signal.addEventListener('abort', abort, { once: true });
    try {
      return unwrap(await answered) as T;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };
}
