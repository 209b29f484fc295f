import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../../bench/browser.ts';

const server = createServer((_, response) => response.end());
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => server.close());

async function adapterFrom(adapter: 'default' | 'swiftshader') {
  const browser = await launchBrowser({ adapter });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return await page.evaluate(async () => {
      const given = await navigator.gpu.requestAdapter();
      return given && { architecture: given.info.architecture, features: [...given.features] };
    });
  } finally {
    await browser.close();
  }
}

test('the default adapter is there, on a machine without a GPU too', async () => {
  expect(await adapterFrom('default')).not.toBeNull();
});

test('SwiftShader is given when asked for, with timestamps', async () => {
  const adapter = await adapterFrom('swiftshader');
  expect(adapter?.architecture).toBe('swiftshader');
  expect(adapter?.features).toContain('timestamp-query');
});
