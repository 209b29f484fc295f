import { NoBrowserError } from './errors.ts';
import { aptInstallBrowser, cachedBrowser, downloadBrowser } from './install.ts';
import { BROWSER_VARIABLES, installedBrowser, isExecutable, usualPlaces } from './places.ts';

export interface FoundBrowser {
  executablePath: string;
  source: 'variable' | 'installed' | 'cache' | 'download' | 'apt';
}

export interface FindOptions {
  /** Called with a line of text before each slow step. */
  log?: (line: string) => void;
  env?: NodeJS.ProcessEnv;
  /** Absolute paths to look at after PATH. */
  places?: readonly string[];
}

/**
 * The reason given when an install succeeds but leaves no browser that starts, as when shared libraries are missing.
 */
const NOT_STARTING = 'what it brought does not start';

const HOW_TO_GET_ONE =
  'Install Chrome or Chromium (Debian: apt-get install chromium), ' +
  'or run npx puppeteer browsers install chrome, ' +
  'or set TILEWISE_BROWSER to the path of one.';

/**
 * Finds a Chrome or Chromium. It looks at the variables that may name one, then for an installed one, then in
 * Puppeteer's cache. If there is none, it lets Puppeteer download one, or else installs the distribution's package.
 *
 * @throws NoBrowserError if there is none, or a variable names a file that cannot be run.
 */
export async function findBrowser(options: FindOptions = {}): Promise<FoundBrowser> {
  const { log = () => undefined, env = process.env } = options;
  const places = options.places ?? usualPlaces(process.platform, env);

  const named = namedBrowser(env);
  if (named !== undefined) return { executablePath: named, source: 'variable' };

  const installed = installedBrowser(env, places);
  if (installed !== undefined) return { executablePath: installed, source: 'installed' };

  const cached = await cachedBrowser(env);
  if (cached !== undefined) return { executablePath: cached, source: 'cache' };

  log('No Chrome or Chromium here: downloading one with Puppeteer.');
  const downloadFailure = (await downloadBrowser(env)) ?? NOT_STARTING;
  const downloaded = await cachedBrowser(env);
  if (downloaded !== undefined) return { executablePath: downloaded, source: 'download' };

  log(`Puppeteer could not (${downloadFailure}): trying apt-get install chromium.`);
  const aptFailure = (await aptInstallBrowser(env)) ?? NOT_STARTING;
  const packaged = installedBrowser(env, places);
  if (packaged !== undefined) return { executablePath: packaged, source: 'apt' };

  throw new NoBrowserError(
    `No browser: ${BROWSER_VARIABLES.join(', ')} are not set, no Chrome or Chromium is installed or in Puppeteer's cache, ` +
      `Puppeteer's download failed (${downloadFailure}), ` +
      `and apt-get install chromium failed (${aptFailure}). ${HOW_TO_GET_ONE}`,
  );
}

function namedBrowser(env: NodeJS.ProcessEnv): string | undefined {
  for (const variable of BROWSER_VARIABLES) {
    const file = env[variable];
    if (file === undefined || file === '') continue;
    // No other browser is taken instead: the user would get figures of a browser that was not asked for.
    if (!isExecutable(file)) {
      throw new NoBrowserError(
        `${variable} names ${file}, which is not a file that can be run. ${HOW_TO_GET_ONE}`,
      );
    }
    return file;
  }
  return undefined;
}
