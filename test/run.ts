/** `npm test`: every check in order, cheap ones first. Its last line is always of the form `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { openDawn } from '../bench/backends/dawn.ts';
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

/** Whether Dawn in Node finds the SwiftShader of the browser: the kernels' tests are faster there. */
async function hasDawn(): Promise<boolean> {
  try {
    return (await openDawn({ adapter: 'swiftshader', log: console.log }).requestAdapter()) !== null;
  } catch (error) {
    console.log(`No Dawn in Node, so that all GPU tests run in the browser: ${String(error)}`);
    return false;
  }
}

try {
  const { executablePath, source } = await findBrowser({ log: console.log });
  console.log(`\nBrowser: ${executablePath} (${source})`);
  // Dawn's SwiftShader lies beside it.
  process.env.TILEWISE_BROWSER = executablePath;
} catch (error) {
  stop(String(error));
}

const env = (await hasDawn())
  ? { TILEWISE_BACKEND: 'dawn-and-browser', TILEWISE_ADAPTER: 'swiftshader' }
  : {};
process.exitCode = vitest(process.argv.slice(2), env).status === 0 ? 0 : 1;
