/** `npm test`: every check in order, cheap ones first. Its last line is always of the form `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { findBrowser } from '../bench/browser.ts';
import { vitest } from './support/vitest.ts';

function npm(...args: string[]): boolean {
  // A shell, because npm is a script on Windows.
  return spawnSync('npm', args, { stdio: 'inherit', shell: true }).status === 0;
}

function stop(reason: string): never {
  console.error(`\n${reason}`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

for (const check of ['typecheck', 'lint', 'format:check']) {
  if (!npm('run', check)) stop(`npm run ${check} failed; no test was run.`);
}

try {
  const { executablePath, source } = await findBrowser({ log: console.log });
  console.log(`\nBrowser: ${executablePath} (${source})`);
} catch (error) {
  stop(String(error));
}

process.exitCode = vitest(process.argv.slice(2)).status === 0 ? 0 : 1;
