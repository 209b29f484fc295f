import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Environment variables that may name a browser. The first one that is set is used. */
export const BROWSER_VARIABLES = ['TILEWISE_BROWSER', 'PUPPETEER_EXECUTABLE_PATH', 'CHROME_PATH'] as const;

const COMMANDS = ['google-chrome-stable', 'google-chrome', 'chrome', 'chromium', 'chromium-browser'] as const;

/** Absolute paths where installers put Chrome and Chromium, best first. PATH is searched separately. */
export function usualPlaces(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): readonly string[] {
  switch (platform) {
    case 'darwin':
      return ['/Applications', path.join(homedir(), 'Applications')].flatMap((folder) => [
        `${folder}/Google Chrome.app/Contents/MacOS/Google Chrome`,
        `${folder}/Chromium.app/Contents/MacOS/Chromium`,
      ]);
    case 'win32':
      return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].flatMap((folder) =>
        folder === undefined
          ? []
          : [
              `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
              `${folder}\\Chromium\\Application\\chrome.exe`,
            ],
      );
    default:
      return [
        '/opt/google/chrome/chrome',
        '/usr/bin/google-chrome-stable',
        '/usr/bin/chromium',
        '/usr/bin/chromium-browser',
        '/snap/bin/chromium',
      ];
  }
}

/** Whether a path is a file that this process may execute. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Whether a file is a browser that starts. On Linux this is tried: a downloaded browser may lack shared libraries, and
 * Ubuntu's `chromium-browser` may be a script that only says to install a snap. Elsewhere installs are complete, and
 * Windows has no `--version`.
 */
export function isBrowser(file: string): boolean {
  if (!isExecutable(file)) return false;
  if (process.platform !== 'linux') return true;
  return spawnSync(file, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/** The first of `commands` in PATH. All folders are searched for one command before the next command. */
export function onPath(
  commands: readonly string[],
  env: NodeJS.ProcessEnv,
  fits = isExecutable,
): string | undefined {
  const folders = (env.PATH ?? env.Path ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return commands
    .flatMap((command) => folders.map((folder) => path.join(folder, command + suffix)))
    .find((file) => fits(file));
}

/** An installed Chrome or Chromium. PATH comes first, because its order is the user's choice. */
export function installedBrowser(env: NodeJS.ProcessEnv, places: readonly string[]): string | undefined {
  return onPath(COMMANDS, env, isBrowser) ?? places.find((file) => isBrowser(file));
}
