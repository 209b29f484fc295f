import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import path from 'node:path';

export const VITEST = path.join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');

/** Runs tests in a process of their own. No shell stands between, so that a pattern may hold whatever it likes. */
export const vitest = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): SpawnSyncReturns<Buffer> =>
  spawnSync(process.execPath, [VITEST, 'run', ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
