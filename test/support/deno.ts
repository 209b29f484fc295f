import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Deno's WebGPU is wgpu, as Firefox's is: another implementation, with a shader compiler of its own. */
const VERSION = '2.9.6';

/** 95 MB that nobody needs who does not run these tests: no dependency of the project, but in a folder of its own. */
const FOLDER = path.join(import.meta.dirname, '..', '..', '.cache', `deno-${VERSION}`);

/**
 * Deno's executable, fetched from npm if it is not there yet.
 * @throws Error if npm has none for this platform, or cannot be reached
 */
export function findDeno(log: (line: string) => void): string {
  const found = installed();
  if (found !== undefined) return found;
  log(`Fetching Deno ${VERSION} (95 MB) into ${FOLDER}`);
  const args = ['install', '--prefix', FOLDER, '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
  // A shell, because npm is a script on Windows.
  const { status } = spawnSync('npm', [...args, `deno@${VERSION}`], { stdio: 'inherit', shell: true });
  const fetched = status === 0 ? installed() : undefined;
  if (fetched !== undefined) return fetched;
  throw new Error(
    `npm could not install deno@${VERSION} for ${process.platform} ${process.arch}: see what it says above`,
  );
}

/** npm installs the package of this platform alone. */
function installed(): string | undefined {
  const packages = path.join(FOLDER, 'node_modules', '@deno');
  if (!existsSync(packages)) return undefined;
  return readdirSync(packages)
    .flatMap((name) => ['deno', 'deno.exe'].map((file) => path.join(packages, name, file)))
    .find((file) => existsSync(file));
}
