import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Browser, computeExecutablePath } from '@puppeteer/browsers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findBrowser, NoBrowserError } from '../../bench/browser.ts';

// Real files, a real PATH and real child processes; the only network is a port nobody listens on.
describe.skipIf(process.platform === 'win32')('the order in which a browser is looked for', () => {
  let root: string;
  let env: NodeJS.ProcessEnv;
  let log: string[];

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'tilewise-browser-'));
    log = [];
    env = {
      PATH: path.join(root, 'bin'),
      HOME: root,
      PUPPETEER_CACHE_DIR: path.join(root, 'cache'),
      HTTPS_PROXY: 'http://127.0.0.1:9',
      TILEWISE_TEST_ROOT: root,
    };
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const readLines = (name: string) => readFileSync(path.join(root, name), 'utf8').trim().split('\n');

  function script(name: string, body = ''): string {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  }
  const find = (places: string[] = []) => findBrowser({ env, places, log: (line) => log.push(line) });

  /** An `apt-get` that notes its calls and, on install, leaves a chromium on PATH. */
  function scriptApt(install: string) {
    script('bin/apt-get', `PATH=/usr/bin:/bin; echo "$*" >> "$TILEWISE_TEST_ROOT/apt.log"\n${install}`);
    // For those who run the tests without being root.
    script('bin/sudo', 'shift; exec "$@"');
  }

  test("a variable comes before all else, and the project's own before the others", async () => {
    script('bin/google-chrome');
    env.CHROME_PATH = script('chrome-path');
    expect(await find()).toEqual({ executablePath: env.CHROME_PATH, source: 'variable' });
    env.PUPPETEER_EXECUTABLE_PATH = script('puppeteer-path');
    expect(await find()).toEqual({ executablePath: env.PUPPETEER_EXECUTABLE_PATH, source: 'variable' });
    env.TILEWISE_BROWSER = script('own');
    expect(await find()).toEqual({ executablePath: env.TILEWISE_BROWSER, source: 'variable' });
  });

  test('a variable that names no file is an error, even where another browser is at hand', async () => {
    script('bin/google-chrome');
    env.TILEWISE_BROWSER = path.join(root, 'missing');
    await expect(find()).rejects.toThrow(NoBrowserError);
    await expect(find()).rejects.toThrow(`TILEWISE_BROWSER names ${path.join(root, 'missing')}`);
  });

  test('PATH comes before the usual places, Chrome before Chromium', async () => {
    const place = script('opt/chrome');
    expect(await find([path.join(root, 'nowhere'), place])).toEqual({
      executablePath: place,
      source: 'installed',
    });
    const chromium = script('bin/chromium');
    expect(await find([place])).toEqual({ executablePath: chromium, source: 'installed' });
    const chrome = script('bin/google-chrome');
    expect(await find([place])).toEqual({ executablePath: chrome, source: 'installed' });
  });

  test('a file on PATH that may not be run is passed over', async () => {
    chmodSync(script('bin/google-chrome'), 0o644);
    const chromium = script('bin/chromium');
    expect(await find()).toEqual({ executablePath: chromium, source: 'installed' });
  });

  test.runIf(process.platform === 'linux')('a browser that does not start is passed over', async () => {
    script('bin/google-chrome', 'echo install the snap instead; exit 1');
    const chromium = script('bin/chromium');
    expect(await find()).toEqual({ executablePath: chromium, source: 'installed' });
  });

  test("Puppeteer's cache comes next, its newest Chrome first", async () => {
    const cached = (buildId: string) => {
      const cacheDir = path.join(root, 'cache');
      return script(
        path.relative(root, computeExecutablePath({ browser: Browser.CHROME, buildId, cacheDir })),
      );
    };
    cached('99.0.1.0');
    const newest = cached('140.0.1.0');
    expect(await find()).toEqual({ executablePath: newest, source: 'cache' });
    expect(log).toEqual([]);
  });

  test('then a download is tried, then apt-get, which updates first', async () => {
    const chromium = path.join(root, 'bin/chromium');
    scriptApt(`if [ "$1" = install ]; then printf '#!/bin/sh' > ${chromium}; chmod +x ${chromium}; fi`);
    expect(await find()).toEqual({ executablePath: chromium, source: 'apt' });
    expect(readLines('apt.log')).toEqual(['update', 'install -y chromium']);
    expect(log).toHaveLength(2);
    expect(log[1]).toContain('ECONNREFUSED');
  });

  test('without any, the error says what was tried, why it failed and what to do', async () => {
    scriptApt(`if [ "$1" = install ]; then echo 'E: Unable to locate package chromium' >&2; exit 100; fi`);
    const error = await find().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NoBrowserError);
    const { message } = error as NoBrowserError;
    expect(message).toContain('ECONNREFUSED');
    expect(message).toContain('Unable to locate package chromium');
    expect(message).toContain('set TILEWISE_BROWSER');
  });

  test('a machine without apt-get is told so', async () => {
    await expect(find()).rejects.toThrow('there is no apt-get here');
    expect(existsSync(path.join(root, 'apt.log'))).toBe(false);
  });
});
