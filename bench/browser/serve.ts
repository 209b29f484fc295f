import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { build, createServer, preview } from 'vite';
import { ISOLATED } from '../../site/isolated.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Pages of the project on a fresh port. */
export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * One page of the project, bundled: a browser loads it in a tenth of the time that hundreds of modules take.
 * @param page the HTML file, below the project's root
 */
export async function serveBundled(page: string): Promise<Site> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tilewise-bench-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    await build({
      ...{ configFile: false, root: ROOT, base: './', publicDir: false, logLevel: 'error' },
      worker: { format: 'es' },
      build: {
        ...{
          outDir: folder,
          emptyOutDir: true,
          target: 'esnext',
          minify: false,
          reportCompressedSize: false,
        },
        rolldownOptions: { input: path.join(ROOT, page) },
      },
    });
    const server = await preview({
      ...{ configFile: false, root: ROOT, logLevel: 'error', build: { outDir: folder } },
      preview: { port: 0, host: '127.0.0.1', headers: ISOLATED },
    });
    return {
      origin: originOf(server.resolvedUrls?.local),
      async close() {
        await server.close();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

/** The project's own development server, without anything that could reload a page in the middle of a run. */
export async function serveSources(configFile: string): Promise<Site> {
  const server = await createServer({
    ...{ root: ROOT, configFile, logLevel: 'error', clearScreen: false },
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
  });
  await server.listen();
  return { origin: originOf(server.resolvedUrls?.local), close: () => server.close() };
}

function originOf([origin]: readonly string[] = []): string {
  if (origin === undefined) throw new Error('the server of the pages has no address');
  return origin;
}

export interface OpenPage {
  readonly page: Page;
  /** Rejects when the browser ends, or the page crashes or is reloaded. */
  readonly died: Promise<never>;
}

/**
 * Opens a page.
 * @param file its HTML, below the project's root
 * @param log called with the page's errors and warnings, since a page that fails in silence is hard to explain
 */
export async function openPage(
  { origin }: Site,
  browser: Browser,
  file: string,
  log: (line: string) => void,
): Promise<OpenPage> {
  const page = await browser.newPage();
  reportComplaints(page, log);
  await page.goto(new URL(file, origin).href);
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
