import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { createServer, type ViteDevServer } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The project's own development server on a fresh port, without anything that could reload a page in the middle of a
 * run.
 */
export async function startServer(configFile?: string): Promise<ViteDevServer> {
  const server = await createServer({
    root: ROOT,
    ...(configFile !== undefined && { configFile }),
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    logLevel: 'error',
    clearScreen: false,
  });
  return await server.listen();
}

export interface OpenPage {
  readonly page: Page;
  /** Rejects when the browser ends, or the page crashes or is reloaded. */
  readonly died: Promise<never>;
}

/**
 * Opens a page of the server.
 * @param path below the project's root
 * @param log called with the page's errors and warnings, since a page that fails in silence is hard to explain
 */
export async function openPage(
  server: ViteDevServer,
  browser: Browser,
  path: string,
  log: (line: string) => void,
): Promise<OpenPage> {
  const [origin] = server.resolvedUrls?.local ?? [];
  if (origin === undefined) throw new Error('the development server has no address');
  const page = await browser.newPage();
  reportComplaints(page, log);
  await page.goto(new URL(path, origin).href);
  return { page, died: death(browser, page) };
}

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

function death(browser: Browser, page: Page): Promise<never> {
  const dead = new Promise<never>((_, reject) => {
    browser.on('disconnected', () => reject(new Error('the browser ended while it was needed')));
    page.on('error', (error) => reject(new Error(`the page crashed: ${error.message}`)));
    page.on('framenavigated', () => reject(new Error('the page was reloaded while it was needed')));
  });
  // Closing the browser rejects this promise too, at a time when nobody waits for it any more.
  dead.catch(() => undefined);
  return dead;
}
