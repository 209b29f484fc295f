import type { Browser, Page } from 'puppeteer';
import type { Report } from '../../src/measure/report.ts';
import { unwrap, type Answer } from '../answer.ts';
import { launchBrowser } from '../browser.ts';
import { openPage, startServer } from '../browser/serve.ts';
import { NoWebGPUError } from '../errors.ts';
import type { Backend, MeasureOptions, OpenBackend } from './backend.ts';

/** WebGPU in a headless Chrome or Chromium, on a page of the project's own development server. */
export const browserBackend: Backend = async ({ adapter, log }) => {
  const server = await startServer();
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser({ adapter, log });
    return await openHarness(server, browser, log);
  } catch (error) {
    await Promise.allSettled([browser?.close(), server.close()]);
    throw error;
  }
};

async function openHarness(
  server: Awaited<ReturnType<typeof startServer>>,
  browser: Browser,
  log: (line: string) => void,
): Promise<OpenBackend> {
  const { page, died } = await openPage(server, browser, 'bench/harness.html', log);
  await page.waitForFunction(() => window.tilewiseBench !== undefined);
  const opened = await Promise.race([page.evaluate(() => window.tilewiseBench?.open()), died]);
  if (opened === undefined) throw new Error('the page lost its code');
  if (!opened.ok && opened.name === 'UnsupportedError') throw new NoWebGPUError(opened.message);
  return {
    device: unwrap(opened),
    measure: (plan, options) =>
      Promise.race([
        measureOn(page, options, () => page.evaluate((given) => window.tilewiseBench?.measure(given), plan)),
        died,
      ]),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

async function measureOn(
  page: Page,
  { signal, onProgress }: MeasureOptions,
  start: () => Promise<unknown>,
): Promise<Report> {
  await page.exposeFunction('tilewiseProgress', onProgress);
  const measured = new Promise<Answer<Report>>((resolve, reject) => {
    page.exposeFunction('tilewiseMeasured', resolve).then(start).catch(reject);
  });
  signal.addEventListener('abort', () => void page.evaluate(() => window.tilewiseBench?.abort()), {
    once: true,
  });
  return unwrap(await measured);
}
