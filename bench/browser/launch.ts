import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import puppeteer, { type Browser } from 'puppeteer';
import { findBrowser } from './find.ts';

export interface LaunchOptions {
  /**
   * `default` is the best adapter of this machine; `swiftshader` is a CPU adapter, the same on every machine, and
   * slow.
   */
  adapter: 'default' | 'swiftshader';
  headless?: boolean;
  log?: (line: string) => void;
  /** Whether the caller answers Ctrl-C, and closes the browser then. */
  outlivesInterrupt?: boolean;
}

/** Limit for getting an adapter. An idle machine needs a tenth of a second; a stuck GPU process never answers. */
const ADAPTER_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 5_000;

const QUIET = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];
/**
 * Browsers slow down background tabs and covered windows. That would show up as slow kernels, so it is switched off.
 */
const FULL_SPEED = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];
/**
 * Unsafe WebGPU ignores the list of blocked drivers and allows timestamps everywhere. Developer features leave
 * timestamps unrounded.
 */
const WEBGPU = ['--enable-unsafe-webgpu', '--enable-webgpu-developer-features'];
const SWIFTSHADER = ['--use-webgpu-adapter=swiftshader'];
/** Headless Chrome on Linux may not use the real driver unless its own drawing goes through Vulkan too. */
const VULKAN = ['--enable-features=Vulkan', '--use-angle=vulkan', '--disable-vulkan-surface'];

/**
 * Starts a browser with WebGPU. The caller closes it.
 *
 * @throws NoBrowserError when there is none to start.
 */
export async function launchBrowser(options: LaunchOptions): Promise<Browser> {
  const { adapter, headless = true, log = () => undefined, outlivesInterrupt = false } = options;
  const { executablePath } = await findBrowser({ log });
  const start = (extra: readonly string[]) =>
    puppeteer.launch({
      executablePath,
      headless,
      // Puppeteer's own answer to Ctrl-C ends this process at once.
      handleSIGINT: !outlivesInterrupt,
      // No limit here: a busy machine may take minutes to answer, and callers have limits of their own.
      protocolTimeout: 0,
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

  const plain = await start([]);
  const given = await adapterOf(plain);
  if (given === 'hardware') return plain;
  if (hasLinuxGpu()) {
    const vulkan = await start(VULKAN);
    if ((await adapterOf(vulkan)) === 'hardware') {
      await stop(plain);
      return vulkan;
    }
    await stop(vulkan);
  }
  log('No GPU that Chrome would use: WebGPU runs on SwiftShader, on the CPU.');
  if (given === 'fallback') return plain;
  await stop(plain);
  return start(SWIFTSHADER);
}

/**
 * Whether Linux shows a GPU. Without one, drawing through Vulkan makes Chrome's GPU process fail and restart for
 * ever.
 */
function hasLinuxGpu(): boolean {
  return (
    process.platform === 'linux' && ['/dev/dri', '/dev/nvidia0', '/dev/dxg'].some((file) => existsSync(file))
  );
}

/** Closes a browser, by force after a while: one without a working GPU process may never close by itself. */
async function stop(browser: Browser): Promise<void> {
  const closed = browser.close().catch(() => undefined);
  await Promise.race([closed, setTimeout(STOP_TIMEOUT_MS, undefined, { ref: false })]);
  browser.process()?.kill('SIGKILL');
}

/** Which kind of adapter a page of this browser gets. An answer that does not come in time counts as none. */
async function adapterOf(browser: Browser): Promise<'hardware' | 'fallback' | 'none'> {
  // Browsers offer WebGPU to secure contexts only, and localhost is one.
  const server = createServer((_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    const asked = page.evaluate(async () => {
      // The types say it is always there, but it is missing where WebGPU is switched off.
      const gpu = navigator.gpu as GPU | undefined;
      const adapter = await gpu?.requestAdapter();
      if (!adapter) return 'none';
      return adapter.info.isFallbackAdapter ? 'fallback' : 'hardware';
    });
    const given = await Promise.race([asked, setTimeout(ADAPTER_TIMEOUT_MS, undefined, { ref: false })]);
    if (given === undefined) {
      // This promise is rejected when the browser stops, and nobody waits for it any more.
      asked.catch(() => undefined);
      return 'none';
    }
    await page.close();
    return given;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
