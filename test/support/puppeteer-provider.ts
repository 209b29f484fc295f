import { defineBrowserProvider } from '@vitest/browser';
import type { Browser, Page } from 'puppeteer';
import type { BrowserProvider } from 'vitest/node';
import { launchBrowser } from '../../bench/browser.ts';

/** Vitest's browser mode on the browser that the command line uses, with SwiftShader: the same on every machine. */
export function puppeteerProvider() {
  return defineBrowserProvider({
    name: 'puppeteer',
    providerFactory: () => new PuppeteerProvider(),
  });
}

class PuppeteerProvider implements BrowserProvider {
  readonly name = 'puppeteer';
  /** One GPU: files run one after another. */
  readonly supportsParallelism = false;
  #browser: Promise<Browser> | undefined;
  readonly #pages = new Map<string, Page>();

  getCommandsContext() {
    return {};
  }

  async openPage(sessionId: string, url: string) {
    this.#browser ??= launchBrowser({ adapter: 'swiftshader', log: console.log });
    const browser = await this.#browser;
    await this.#pages.get(sessionId)?.close();
    const page = await browser.newPage();
    this.#pages.set(sessionId, page);
    await page.goto(url, { timeout: 0 });
  }

  async close() {
    const browser = await this.#browser;
    this.#browser = undefined;
    this.#pages.clear();
    await browser?.close();
  }
}
