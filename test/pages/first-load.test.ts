import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { launchBrowser } from '../../bench/browser.ts';
import { readPages } from '../../site/pages.ts';
import { find, newPage, press, textsOf } from '../support/pages.ts';

// The built pages on a host that does nothing but hand out files, below a path of its own.
const BELOW = '/some/where/deep/';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

const WORKER = 'service-worker.js';

let folder: string;
let server: Server;
let origin: string;
let browser: Browser;
/** Files asked for, and addresses there is nothing at. */
let served: string[] = [];
let missing: string[] = [];
/** A file that is not answered, and who waits for it. */
let withheld: RegExp | undefined;
/** Whether connections break off, as without a network. */
let isDown = false;
const waiting: { readonly file: string; readonly response: ServerResponse }[] = [];

beforeAll(async () => {
  folder = inject('builtSite');
  server = createServer(({ url = '', headers }, response) => {
    if (isDown) {
      response.destroy();
      return;
    }
    const asked = new URL(url, 'http://here').pathname;
    const relative = asked.startsWith(BELOW) ? asked.slice(BELOW.length) : undefined;
    const file = path.join(folder, relative ?? '', asked.endsWith('/') ? 'index.html' : '');
    if (relative !== undefined && withheld?.test(relative)) {
      waiting.push({ file, response });
      return;
    }
    const found = relative !== undefined && statSync(file, { throwIfNoEntry: false })?.isFile() === true;
    // The service worker fetches all files, whatever the page needs.
    if (!headers.referer?.endsWith(WORKER)) (found ? served : missing).push(found ? file : asked);
    if (found) answer(response, file);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  origin = `http://localhost:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  browser = await launchBrowser({ adapter: 'swiftshader' });
});

afterEach(async () => {
  withheld = undefined;
  isDown = false;
  // Else the browser's cache would wait for them on behalf of the next page.
  for (const { response } of waiting.splice(0)) response.destroy();
  await Promise.all((await browser.pages()).slice(1).map((page) => page.close()));
});

afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

function answer(response: ServerResponse, file: string): void {
  response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'text/plain' });
  response.end(readFileSync(file));
}

/** @param prepare what happens before the page's own scripts */
async function visit(at: string, prepare?: (page: Page) => Promise<unknown>): Promise<Page> {
  [served, missing] = [[], []];
  const page = await newPage(browser);
  await prepare?.(page);
  // What it keeps would not be asked of the server.
  await page.setBypassServiceWorker(true);
  await page.goto(`${origin}${BELOW}${at}`);
  return page;
}

const DEVICE = 'tw-device-card >>> h2';

/** Lets a browser never be idle: what comes then is no part of the first load. */
const alwaysBusy = (page: Page) =>
  page.evaluateOnNewDocument(() => {
    globalThis.requestIdleCallback = () => 0;
  });

/** The most kB, compressed, that a page fetches until it is drawn and its form can be filled in. */
const LIMITS: Readonly<Record<string, number>> = {
  '': 100,
  // These miss the 150 kB of the others: forms of all options, whose rooms hold kernels' plans as well.
  'demos/attention/': 199,
  'demos/contrastive/': 185,
  'demos/explain/': 196,
  // Any operation can be chosen there.
  'demos/compare/': 248,
};
const LIMIT = 150;

/** The most kB that the worker fetches until one can press Run. */
const WORKER_LIMIT = 140;

const demos = readPages('.').map(({ id }) => `demos/${id}/`);

test.each(['', ...demos])('/%s loads little, and works below any path', async (at) => {
  withheld = /\/entry-[^/]*\.js$/;
  const page = await visit(at, alwaysBusy);
  await find(page, 'tw-page >>> main');
  if (at === '') await find(page, DEVICE);
  else await vi.waitUntil(() => waiting.length > 0);
  expect(await textsOf(page, 'h1')).toHaveLength(1);
  expect(missing.filter((asked) => asked !== '/favicon.ico')).toEqual([]);
  const [home] = await page.$$eval('body >>> a.home', (all) => all.map((it) => it.href));
  expect(home).toBe(`${origin}${BELOW}`);
  // The page's script, its style and what asks for a device at least.
  expect(served.filter((file) => /\.(js|css)$/.test(file)).length).toBeGreaterThan(3);
  expect(weightOf(served), served.join('\n')).toBeLessThan(LIMITS[at] ?? LIMIT);
  console.log(`/${at}: ${weightOf(served).toFixed(1)} kB`);
});

test('the worker loads little before one can press Run', async () => {
  const worker = /\/entry-[^/]*\.js$/;
  withheld = worker;
  const page = await visit('demos/ring/');
  await vi.waitUntil(() => waiting.length > 0);
  withheld = undefined;
  const before = new Set(served);
  for (const { file, response } of waiting.splice(0)) {
    served.push(file);
    answer(response, file);
  }
  await find(page, 'wa-button[type=submit]:not([disabled])');
  const fetched = served.filter((file) => !before.has(file));
  expect(fetched.some((file) => worker.test(file))).toBe(true);
  expect(weightOf(fetched), fetched.join('\n')).toBeLessThan(WORKER_LIMIT);
  console.log(`worker: ${weightOf(fetched).toFixed(1)} kB`);
});

/** The weight of files in kB, compressed, each once. */
const weightOf = (files: readonly string[]): number =>
  [...new Set(files)].reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0) / 1000;

test('pages are painted while the device is not even asked for', async () => {
  withheld = /ask-device.*\.js$/;
  const page = await visit('');
  await find(page, 'tw-device-card >>> p');
  expect(await textsOf(page, 'tw-device-card >>> p')).toEqual(['Asking this browser for a GPU…']);
  expect(await textsOf(page, 'h1')).toEqual(['The matrix you never store']);
  const painted = () => performance.getEntriesByName('first-contentful-paint').length > 0;
  await page.waitForFunction(painted);
});

/** Built files that hold some words. */
function filesWith(words: string): string[] {
  const assets = path.join(folder, 'assets');
  return readdirSync(assets)
    .map((name) => path.join(assets, name))
    .filter((file) => file.endsWith('.js') && readFileSync(file, 'utf8').includes(words));
}

test('charts wait until there is something to draw', async () => {
  const page = await visit('demos/attention/');
  await find(page, 'wa-button[type=submit]:not([disabled])');
  // The class that Plot gives its drawings: words that only its code holds.
  const plot = filesWith('plot-d6a7b5');
  expect(plot).toHaveLength(1);
  expect(served.filter((file) => plot.includes(file))).toEqual([]);
});

test('the code editor comes when somebody opens one', async () => {
  const page = await visit('demos/compare/');
  await find(page, 'wa-button[type=submit]:not([disabled])');
  // A class that CodeMirror's view gives its lines.
  const editor = filesWith('cm-activeLineGutter');
  expect(editor.length).toBeGreaterThan(0);
  expect(served.filter((file) => editor.includes(file))).toEqual([]);
  await press(page, 'tw-compare-pane >>> [data-action=edit]');
  await find(page, 'tw-code-editor >>> .cm-content');
  expect(served.some((file) => editor.includes(file))).toBe(true);
});

test('what compilers say of a variant comes when somebody opens it', async () => {
  const page = await visit('demos/compare/');
  await find(page, 'tw-compare-pane >>> tw-compiled-kernels >>> summary');
  const isKept = (file: string) => file.endsWith('compiled-kernels.json');
  expect(served.filter(isKept)).toEqual([]);
  await press(page, 'tw-compare-pane:nth-of-type(2) >>> tw-compiled-kernels >>> summary');
  await find(page, 'tw-compiled-table >>> td');
  expect(served.filter(isKept)).toHaveLength(1);
  expect(await textsOf(page, 'tw-compiled-table >>> td[data-figure=bound]')).toContainEqual(
    expect.stringMatching(/^\d+ % \(issue\)$/),
  );
  expect(await textsOf(page, 'tw-compiled-table >>> p')).toEqual([expect.stringContaining('not measured')]);
});

test('once a page was visited, all of them work without a network', async () => {
  const page = await newPage(browser);
  await page.goto(`${origin}${BELOW}`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  isDown = true;
  for (const at of ['', ...demos]) {
    await page.goto(`${origin}${BELOW}${at}`);
    await find(page, 'tw-page >>> main');
    if (at === '') await find(page, DEVICE);
  }
});
