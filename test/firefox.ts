/**
 * `npm run test:firefox`: pages and operations in Firefox, on the SwiftShader that lies beside Chromium unless
 * `TILEWISE_ADAPTER=default` leaves the choice to Firefox.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { swiftShaderEnvironment } from '../bench/backends/swiftshader.ts';
import { findBrowser } from '../bench/browser.ts';
import { EXIT } from '../bench/exit-codes.ts';
import { vitest } from './support/vitest.ts';

const NO_FIREFOX =
  'There is no Firefox: install it (Debian: apt-get install firefox-esr), or name it by TILEWISE_FIREFOX.';

const FOLDERS = (process.env.PATH ?? '').split(path.delimiter);
const firefox =
  process.env.TILEWISE_FIREFOX ??
  ['firefox', 'firefox-esr']
    .flatMap((name) => FOLDERS.map((folder) => path.join(folder, name)))
    .find((file) => existsSync(file));

/** @throws NoWebGPUError, NoBrowserError if there is no SwiftShader */
async function driver(): Promise<Readonly<Record<string, string>>> {
  if (process.env.TILEWISE_ADAPTER === 'default') return {};
  const { executablePath } = await findBrowser({ log: console.log });
  process.env.TILEWISE_BROWSER = executablePath;
  return swiftShaderEnvironment();
}

if (firefox === undefined) {
  console.error(NO_FIREFOX);
  process.exitCode = EXIT.noWebGPU;
} else {
  try {
    const env = { ...(await driver()), TILEWISE_FIREFOX: firefox };
    const { status } = vitest(['--project', 'firefox', ...process.argv.slice(2)], env);
    process.exitCode = status === 0 ? EXIT.ok : EXIT.bad;
  } catch (error) {
    console.error(String(error));
    process.exitCode = EXIT.noWebGPU;
  }
}
