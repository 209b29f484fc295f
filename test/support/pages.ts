import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, ElementHandle, Page } from 'puppeteer';
import { build, preview, type Plugin, type PreviewServer } from 'vite';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { launchBrowser } from '../../bench/browser.ts';
import type { LabClient } from '../../src/worker/api.ts';
import { PATIENCE_MS } from './patience.ts';

export interface VisitOptions {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  /** As in a browser that never heard of WebGPU. */
  readonly withoutWebGpu?: boolean;
}

/** One page, open, and all that went wrong in it. */
export interface Visit {
  readonly page: Page;
  /** Console errors, uncaught errors, failed requests, requests to another origin. */
  readonly problems: readonly string[];
}

/**
 * Serves the pages, and starts one browser, for the tests of a file.
 * @param plugins change what is built, in pages and workers alike; without them, pages are as they ship
 */
export function useSite(plugins?: () => Plugin[]): (at: string, options?: VisitOptions) => Promise<Visit> {
  let folder: string;
  let server: PreviewServer;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    folder = plugins ? await builtWith(plugins) : inject('builtSite');
    server = await preview({ logLevel: 'error', build: { outDir: folder }, preview: { port: 0 } });
    origin = new URL(server.resolvedUrls?.local[0] ?? '').origin;
    browser = await launchBrowser({ adapter: 'swiftshader' });
  });

  // A page left open would go on measuring beside the next test.
  afterEach(async () => {
    const open = (await browser.pages()).filter((page) => page.url().startsWith(origin));
    await Promise.all(open.map((page) => page.close()));
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
    if (plugins) await rm(folder, { recursive: true });
  });

  return async (at, { width = 1280, scheme = 'light', withoutWebGpu = false } = {}) => {
    const page = await newPage(browser);
    // Each page is as the server has it; what is kept for use without a network has a test of its own.
    await page.setBypassServiceWorker(true);
    const problems = watch(page, origin);
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    if (withoutWebGpu) {
      await page.evaluateOnNewDocument(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
    }
    await page.goto(`${origin}/${at}`);
    return { page, problems };
  };
}

/** Builds the pages with plugins, and gives the folder. */
async function builtWith(plugins: () => Plugin[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tilewise-pages-'));
  await build({
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
    plugins: plugins(),
    worker: { plugins },
  });
  return folder;
}

/** A page whose own waits are as patient as `find`. */
export async function newPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

function watch(page: Page, origin: string): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${String(error)}`));
  page.on('requestfailed', (request) => problems.push(`failed: ${request.url()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith('http') && asked.origin !== origin)
      problems.push(`elsewhere: ${asked.href}`);
  });
  return problems;
}

/** Waits for an element, however deep in shadow roots, where Puppeteer's own waiting sees no change. */
export async function find(page: Page, selector: string): Promise<ElementHandle> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    const element = await page.$(`body >>> ${selector}`);
    if (element) return element;
    await sleep(100);
  }
  throw new Error(`after ${PATIENCE_MS} ms there is no ${selector}`);
}

/** Clicks what may lie outside the window, or under the bar with the Run button. */
export async function press(page: Page, selector: string, count = 1): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    if (await pressed(await find(page, selector), count)) return;
  }
  throw new Error(`in ${PATIENCE_MS} ms no click has met ${selector}`);
}

/** Clicks an element, and gives whether the click has met it: results that arrive meanwhile move it away. */
async function pressed(element: ElementHandle, count: number): Promise<boolean> {
  const met = await element.evaluateHandle(async (it) => {
    it.scrollIntoView({ block: 'center' });
    // What is still being laid out would move away from under the click.
    const place = () => it.getBoundingClientRect().top;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let before = NaN; before !== place();) {
      before = place();
      await frame();
      await frame();
    }
    const seen = { click: false };
    it.addEventListener('click', () => (seen.click = true), { capture: true, once: true });
    return seen;
  });
  // An element that is replaced or hidden meanwhile cannot be clicked: it is looked for again.
  await element.click({ count }).catch(() => undefined);
  // A click on a link takes the page away, and with it the answer.
  return met.evaluate(({ click }) => click).catch(() => true);
}

/** Opens the menu of a report, once it has closed for good: a click while it fades out would open it unseen. */
export async function openMore(page: Page): Promise<void> {
  await find(page, 'tw-report-actions >>> wa-dropdown >>> wa-popup:not([active])');
  await press(page, '[data-action=more]');
}

/** Clicks an item of that menu. On a busy machine the menu may move away from under a click: it is closed, and opened once more. */
export async function chooseMore(page: Page, value: string): Promise<void> {
  const item = `wa-dropdown-item[value="${value}"]`;
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    await openMore(page);
    if (await pressed(await find(page, item), 1)) return;
    await page.keyboard.press('Escape');
  }
  throw new Error(`in ${PATIENCE_MS} ms no click has met ${item}`);
}

/** An element that has a lab of its own. */
type LabHolder = Element & { readonly labs: { readonly lab?: Pick<LabClient, 'loseDevice'> } };

/**
 * Loses the device of an element's lab until the page tells it. A device that is lost before its work begins is replaced unseen.
 * @param told what the page shows then
 */
export async function loseDevice(page: Page, element: string, told: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    await page.evaluate((name) => document.querySelector<LabHolder>(name)?.labs.lab?.loseDevice(), element);
    for (let looks = 0; looks < 10; looks++) {
      if (await page.$(`body >>> ${told}`)) return;
      await sleep(100);
    }
  }
  throw new Error(`in ${PATIENCE_MS} ms no lost device led to ${told}`);
}

/** The part of the page's address that tells its state. */
export const addressOf = (page: Page) =>
  page.evaluate(() => ({ search: location.search, hash: location.hash }));

/** Lets a page write the clipboard, and a test read it. */
export async function allowClipboard(page: Page): Promise<void> {
  await page
    .browserContext()
    .setPermission(
      new URL(page.url()).origin,
      { permission: { name: 'clipboard-read' }, state: 'granted' },
      { permission: { name: 'clipboard-write' }, state: 'granted' },
    );
}

/** Drops a file on the page, as a person does anywhere on it. */
export async function dropFile(page: Page, name: string, content: Uint8Array | string): Promise<void> {
  const bytes = [...(typeof content === 'string' ? new TextEncoder().encode(content) : content)];
  await page.evaluate(
    async (name, bytes) => {
      // The last of the panels, which take what is dropped.
      await customElements.whenDefined('tw-report-actions');
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    },
    name,
    bytes,
  );
}

/** Clicks what saves a file and gives that file's bytes. @param folder a new one, of this download alone */
export async function download(page: Page, selector: string, folder: string): Promise<Buffer> {
  const session = await page.createCDPSession();
  const behavior = { behavior: 'allow', downloadPath: folder, eventsEnabled: true } as const;
  await session.send('Browser.setDownloadBehavior', behavior);
  // A file has its name before it has its content.
  const saved = new Promise<void>((resolve, reject) => {
    session.on('Browser.downloadProgress', ({ state }) => {
      if (state === 'completed') resolve();
    });
    setTimeout(reject, PATIENCE_MS, new Error(`nothing was saved in ${folder}`));
  });
  await press(page, selector);
  await saved;
  const [name = ''] = await readdir(folder);
  return readFile(path.join(folder, name));
}

/** The words of every such element, however deep in shadow roots, with spaces made single. */
export async function textsOf(page: Page, selector: string): Promise<string[]> {
  return page.$$eval(`body >>> ${selector}`, (elements) =>
    elements.map((element) => (element as HTMLElement).innerText.replace(/\s+/g, ' ').trim()),
  );
}

/** A row of the results table. */
export interface Row {
  readonly variant: string;
  readonly status: string;
  readonly text: string;
}

export async function resultRows(page: Page): Promise<Row[]> {
  return page.$$eval('body >>> tr[data-variant]', (rows) =>
    rows.map((row) => ({
      variant: row.getAttribute('data-variant') ?? '',
      status: row.getAttribute('data-status') ?? '',
      text: (row as HTMLElement).innerText.replace(/\s+/g, ' ').trim(),
    })),
  );
}

/** By how many pixels a page is wider than its window. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
