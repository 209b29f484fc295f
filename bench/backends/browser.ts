import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { createServer, type ViteDevServer } from 'vite';
import { AbortError } from '../../src/errors.ts';
import type { Report } from '../../src/measure/report.ts';
import { launchBrowser } from '../browser.ts';
import { NoWebGPUError } from '../errors.ts';
import type { Answer } from '../harness.ts';
import type { Backend, MeasureOptions, OpenBackend } from './backend.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

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

async function startServer(): Promise<ViteDevServer> {
  const server = await createServer({
    root: ROOT,
    // A fresh port, and nothing that could reload the page in the middle of a run.
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    logLevel: 'error',
    clearScreen: false,
  });
  return await server.listen();
}

async function openHarness(
  server: ViteDevServer,
  browser: Browser,
  log: (line: string) => void,
): Promise<OpenBackend> {
  const [origin] = server.resolvedUrls?.local ?? [];
  if (origin === undefined) throw new Error('the development server has no address');
  const page = await browser.newPage();
  reportComplaints(page, log);
  await page.goto(new URL('bench/harness.html', origin).href);
  await page.waitForFunction(() => window.tilewiseBench !== undefined);
  const died = death(browser, page);
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

function unwrap<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  if (answer.name === 'AbortError') throw new AbortError();
  throw new Error(`${answer.name}: ${answer.message}`);
}

/** Passes on what the page says went wrong: a silent page is a riddle. */
function reportComplaints(page: Page, log: (line: string) => void): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') log(`page: ${message.text()}`);
  });
  page.on('pageerror', (error) => {
    log(`page: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  });
  page.on('requestfailed', (request) => {
    log(`page: could not load ${request.url()} (${request.failure()?.errorText ?? 'no reason given'})`);
  });
}

/** Rejects when the page can no longer answer. */
function death(browser: Browser, page: Page): Promise<never> {
  const dead = new Promise<never>((_, reject) => {
    browser.on('disconnected', () => reject(new Error('the browser ended while it was needed')));
    page.on('error', (error) => reject(new Error(`the page crashed: ${error.message}`)));
    page.on('framenavigated', () => reject(new Error('the page was reloaded while it was needed')));
  });
  // It rejects at the latest when the browser is closed on purpose, and nobody listens any more.
  dead.catch(() => undefined);
  return dead;
}
