/** Pages and a call of each operation in Firefox, whose WebGPU is wgpu. `npm run test:firefox` finds it and its Vulkan. */
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPages } from '../../site/pages.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { usualVariants } from '../support/usual-variants.ts';

/** WebGPU is behind these on Linux. */
const WEBGPU = {
  'dom.webgpu.enabled': true,
  'dom.webgpu.workers.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
};

let server: ViteDevServer;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  server = await createServer({ logLevel: 'error', server: { port: 0, hmr: false } });
  await server.listen();
  origin = new URL(server.resolvedUrls?.local[0] ?? '').origin;
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.TILEWISE_FIREFOX ?? '',
    protocolTimeout: 0,
    extraPrefsFirefox: WEBGPU,
  });
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

async function open(at: string): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(`${origin}/${at}`, { waitUntil: 'load' });
  return { page, problems };
}

describe('every page opens', () => {
  test.each(readPages(process.cwd()).map(({ id }) => id))('%s', async (id) => {
    const { page, problems } = await open(`demos/${id}/index.html`);
    await page.waitForSelector('h1');
    expect(problems).toEqual([]);
    await page.close();
  });
});

describe('operations', () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await open('demos/device/index.html'));
    // As text, because what is evaluated must not be what Vitest made of it.
    await page.evaluate(`import('/src/index.ts').then(async (library) => {
      window.lab = await library.openLab();
    })`);
  });

  test('small calls after the first give the same bits; how long all of them take is told', async () => {
    const calls = await page.evaluate(`(async () => {
      const query = { data: new Float32Array(4096).fill(0.1), shape: [1, 1, 64, 64] };
      const calls = [];
      for (let call = 0; call < 6; call++) {
        const start = performance.now();
        const { output } = await window.lab.attention({ query, key: query, value: query });
        calls.push({ ms: Math.round(performance.now() - start), data: output.data.join() });
      }
      return calls;
    })()`);
    const [first, ...later] = calls as { ms: number; data: string }[];
    console.log(
      `The first call took ${first?.ms} ms, later ones ${later.map(({ ms }) => ms).join(', ')} ms.`,
    );
    for (const { data } of later) expect(data).toBe(first?.data);
  });

  test.each(
    OPERATIONS.map(
      (operation) => [operation.id, operation.example, usualVariants(operation).map(({ id }) => id)] as const,
    ),
  )('%s: the naive and the last variant are right', async (operation, problem, ids) => {
    const variants = [...new Set([ids[0], ids.at(-1)])];
    const plan = { matmul: false, budgetMs: 1, minSamples: 1, cases: [{ operation, problem, variants }] };
    const report = await page.evaluate(`window.lab.measure(${JSON.stringify(plan)})`);
    const results = (report as { results: { variant: string; status: string }[] }).results;
    expect(results).toMatchObject(variants.map((variant) => ({ variant, status: 'ok' })));
  });
});
