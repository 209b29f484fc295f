import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import puppeteer, { type Browser } from 'puppeteer';
import { findBrowser } from './find.ts';

export interface LaunchOptions {
  /** `default` takes the best the machine has; `swiftshader` is the same on every machine, and slow. */
  adapter: 'default' | 'swiftshader';
  headless?: boolean;
  log?: (line: string) => void;
}

const QUIET = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];
/** Background tabs and covered windows are slowed down, which would show up as slow kernels. */
const FULL_SPEED = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];
/** Unsafe: past the list of blocked drivers, and timestamps for all. Developer features: timestamps unrounded. */
const WEBGPU = ['--enable-unsafe-webgpu', '--enable-webgpu-developer-features'];
const SWIFTSHADER = ['--use-webgpu-adapter=swiftshader'];
/** Headless Chrome on Linux leaves the real driver alone unless its own drawing goes through Vulkan too. */
const VULKAN = ['--enable-features=Vulkan', '--use-angle=vulkan', '--disable-vulkan-surface'];

/**
 * Starts a browser with WebGPU. The caller closes it.
 *
 * @throws NoBrowserError when there is none to start.
 */
export async function launchBrowser(options: LaunchOptions): Promise<Browser> {
  const { adapter, headless = true, log = () => undefined } = options;
  const { executablePath } = await findBrowser({ log });
  const start = (extra: readonly string[]) =>
    puppeteer.launch({
      executablePath,
      headless,
      args: [
        ...QUIET,
        ...FULL_SPEED,
        ...WEBGPU,
        // Chrome's sandbox refuses to run as root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...extra,
      ],
    });
  if (adapter === 'swiftshader') return start(SWIFTSHADER);

  // With VULKAN and no real GPU there is no adapter at all; without, Chrome turns to SwiftShader by itself where it may.
  const attempts = process.platform === 'linux' ? [VULKAN, [], SWIFTSHADER] : [[], SWIFTSHADER];
  for (const extra of attempts.slice(0, -1)) {
    const browser = await start(extra);
    const given = await adapterOf(browser);
    if (given !== 'none') {
      if (given === 'fallback') log('No GPU is to be had here: WebGPU runs on SwiftShader, on the CPU.');
      return browser;
    }
    await browser.close();
  }
  log('Chrome offers no adapter here: WebGPU runs on SwiftShader, on the CPU.');
  return start(SWIFTSHADER);
}

/** What a page gets who asks this browser for an adapter. */
async function adapterOf(browser: Browser): Promise<'hardware' | 'fallback' | 'none'> {
  // WebGPU is given to secure contexts alone, and localhost is one.
  const server = createServer((_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return await page.evaluate(async () => {
      // Absent where WebGPU is switched off, whatever the types say.
      const gpu = navigator.gpu as GPU | undefined;
      const adapter = await gpu?.requestAdapter();
      if (!adapter) return 'none';
      return adapter.info.isFallbackAdapter ? 'fallback' : 'hardware';
    });
  } finally {
    await page.close();
    server.closeAllConnections();
    server.close();
  }
}
