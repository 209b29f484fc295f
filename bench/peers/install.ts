import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const FOLDER = import.meta.dirname;

/** Whether the peers' packages are installed. */
export const isInstalled = (): boolean => existsSync(path.join(FOLDER, 'node_modules', '.package-lock.json'));

/**
 * Installs the peers' packages from their lock file, unless they are installed already.
 * @throws Error if npm cannot
 */
export function install(log: (line: string) => void): void {
  if (isInstalled()) return;
  log('Installing the peers, about 220 MB, into bench/peers/node_modules …');
  const args = ['ci', '--prefix', FOLDER, '--ignore-scripts', '--no-audit', '--no-fund'];
  // npm is a script on Windows, so it needs a shell. Its output goes to standard error, because standard output is for tables.
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 2, 2], shell: true });
  if (status !== 0) throw new Error(`npm ci in ${FOLDER} failed`);
}
