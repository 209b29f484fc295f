import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
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
const waiting: ServerResponse[] = [];

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
      waiting.push(response);
      return;
    }
    const found = relative !== undefined && statSync(file, { throwIfNoEntry: false })?.isFile() === true;
    // The service worker fetches all files, whatever the page needs.
    if (!headers.referer?.endsWith(WORKER)) (found ? served : missing).push(found ? file : asked);
    response.writeHead(found ? 200 : 404, { 'content-type': TYPES[path.extname(file)] ?? 'text/plain' });
    response.end(found ? readFileSync(file) : '');
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
  for (const response of waiting.splice(0)) response.destroy();
  await Promise.all((await browser.pages()).slice(1).map((page) => page.close()));
});

afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

async function visit(at: string): Promise<Page> {
  [served, missing] = [[], []];
  const page = await newPage(browser);
  // What it keeps would not be asked of the server.
  await page.setBypassServiceWorker(true);
  await page.goto(`${origin}${BELOW}${at}`);
  return page;
}

const DEVICE = 'tw-device-card >>> h2';

/** The most kB, compressed, that a page may fetch by itself before it can be used: markup, scripts and styles. */
const LIMITS: Readonly<Record<string, number>> = {
  '': 100,
  // Forms of every option, and kernels' plans beside them in the same rooms.
  'demos/attention/': 235,
  'demos/contrastive/': 221,
  // Any operation can be chosen there.
  'demos/compare/': 275,
  'demos/explain/': 200,
};
const LIMIT = 150;

const sizeOf = (file: string) => gzipSync(readFileSync(file)).length / 1000;

/** Names of what the page itself fetched: a worker has a list of its own. */
const fetchedBy = (page: Page) =>
  page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname));

const demos = readPages('.').map(({ id }) => `demos/${id}/`);

test.each(['', ...demos])('/%s loads little, and works below any path', async (at) => {
  const page = await visit(at);
  await find(page, 'tw-page >>> main');
  if (at === '' || at === 'demos/device/') await find(page, DEVICE);
  else if (await page.$('wa-button[type=submit]')) await find(page, 'wa-button[type=submit]:not([disabled])');
  expect(await textsOf(page, 'h1')).toHaveLength(1);
  expect(missing.filter((asked) => asked !== '/favicon.ico')).toEqual([]);
  const [home] = await page.$$eval('body >>> a.home', (all) => all.map((it) => it.href));
  expect(home).toBe(`${origin}${BELOW}`);

  const own = await fetchedBy(page);
  const files = [...new Set(served)].map((file) => ({ file: path.basename(file), size: sizeOf(file) }));
  const isOwn = ({ file }: { file: string }) =>
    file === 'index.html' || own.some((name) => name.endsWith(`/${file}`));
  const sum = (some: typeof files) => some.reduce((total, { size }) => total + size, 0);
  const pageSize = sum(files.filter(isOwn));
  const words = `/${at}: ${pageSize.toFixed(1)} kB, and ${(sum(files) - pageSize).toFixed(1)} kB for its worker`;
  console.log(words);
  // The page's script and its style at least.
  expect(files.filter(isOwn).filter(({ file }) => /\.(js|css)$/.test(file)).length).toBeGreaterThan(3);
  expect(pageSize, `${words}: ${JSON.stringify(files)}`).toBeLessThan(LIMITS[at] ?? LIMIT);
});

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
