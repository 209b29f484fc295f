/** `npm test`: every check in order, cheap ones first. Its last line is always of the form `N passed, N failed`. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { openDawn } from '../bench/backends/dawn.ts';
import { findBrowser } from '../bench/browser.ts';
import { vitest } from './support/vitest.ts';

/** Runs a script of package.json, and gives what it said where it failed. */
async function faultOf(script: string): Promise<string | undefined> {
  // A shell, because npm is a script on Windows; and one command, so that its two streams stay in order.
  const child = spawn(`npm run ${script} 2>&1`, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const said = await text(child.stdout);
  return (await ended) === 0 ? undefined : said;
}

function stop(reason: string): never {
  console.error(`\n${reason}`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const CHECKS = ['typecheck', 'lint', 'format:check'] as const;
console.log(`Checks: ${CHECKS.join(', ')}`);
const faults = await Promise.all(CHECKS.map(faultOf));
for (const [index, fault] of faults.entries()) {
  if (fault !== undefined) stop(`${fault}\nnpm run ${CHECKS[index] ?? ''} failed; no test was run.`);
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

/**
 * Each shader that SwiftShader compiles takes megabytes and gives them back. Linux's allocator returns them to the
 * system every time, which costs a tenth of the tests' time: it is told to keep them.
 */
const KEEP_MEMORY = {
  MALLOC_TRIM_THRESHOLD_: String(2 ** 31),
  MALLOC_MMAP_THRESHOLD_: String(2 ** 25),
  MALLOC_TOP_PAD_: String(2 ** 26),
};

const env = (await hasDawn())
  ? { TILEWISE_BACKEND: 'dawn-and-browser', TILEWISE_ADAPTER: 'swiftshader', ...KEEP_MEMORY }
  : {};
process.exitCode = vitest(process.argv.slice(2), env).status === 0 ? 0 : 1;
