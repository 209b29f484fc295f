import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Browser, getInstalledBrowsers } from '@puppeteer/browsers';
import { isBrowser, onPath } from './places.ts';

const run = promisify(execFile);

/** Time limits of a download of some 170 MB, and of a package install with its dependencies. */
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;
const APT_TIMEOUT_MS = 10 * 60_000;

/** The reason in words why an attempt failed. */
export type Failure = string;

function cacheFolder(env: NodeJS.ProcessEnv): string {
  return env.PUPPETEER_CACHE_DIR ?? path.join(env.HOME ?? homedir(), '.cache', 'puppeteer');
}

/** The newest Chrome in Puppeteer's cache that starts, if there is one. */
export async function cachedBrowser(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const builds = await getInstalledBrowsers({ cacheDir: cacheFolder(env) });
  return builds
    .filter(({ browser }) => browser === Browser.CHROME)
    .sort((a, b) => b.buildId.localeCompare(a.buildId, 'en', { numeric: true }))
    .map(({ executablePath }) => executablePath)
    .find((file) => isBrowser(file));
}

/** Lets Puppeteer download the Chrome it supports into its cache. Resolves to the reason if that fails. */
export async function downloadBrowser(env: NodeJS.ProcessEnv): Promise<Failure | undefined> {
  // This runs in its own process, so that a transfer that hangs can be killed.
  const cli = createRequire(import.meta.url).resolve('puppeteer/internal/node/cli.js');
  try {
    await run(process.execPath, [cli, 'browsers', 'install', 'chrome'], {
      env: { ...env, PUPPETEER_CACHE_DIR: cacheFolder(env) },
      timeout: DOWNLOAD_TIMEOUT_MS,
    });
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/**
 * Installs Debian's or Ubuntu's package, as root or by sudo without a password. Resolves to the reason if that fails.
 */
export async function aptInstallBrowser(env: NodeJS.ProcessEnv): Promise<Failure | undefined> {
  const apt = onPath(['apt-get'], env);
  if (apt === undefined) return 'there is no apt-get here';
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: APT_TIMEOUT_MS };
  const root = process.getuid?.() === 0;
  const sudo = onPath(['sudo'], env);
  const aptGet = async (...args: string[]) => {
    if (root) await run(apt, args, options);
    else if (sudo !== undefined) await run(sudo, ['-n', apt, ...args], options);
    else throw new Error('this needs root or passwordless sudo');
  };
  try {
    await aptGet('update');
    await aptGet('install', '-y', 'chromium');
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** The line of a failed command's output that names the error. */
function reasonOf(error: unknown): Failure {
  const { killed, stderr, message } = error as Error & { killed?: boolean; stderr?: string };
  if (killed === true) return 'it took too long';
  const lines = (stderr ?? '').split('\n').map((line) => line.trim());
  const first = lines.findIndex((line) => /^(E|\w*Error): /.test(line));
  if (first === -1) return lines.findLast((line) => line !== '') ?? message;
  // Puppeteer prints a headline that ends in a colon, and the cause on the next line.
  const headline = lines[first] ?? '';
  return headline.endsWith(':') ? `${headline} ${lines[first + 1] ?? ''}` : headline;
}
