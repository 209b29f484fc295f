import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

// Inside the repository, so that `vitest` resolves, and out of Git's and the linter's sight.
const CACHE = path.join(import.meta.dirname, '../../.cache');
let root: string;
beforeEach(() => {
  mkdirSync(CACHE, { recursive: true });
  root = mkdtempSync(path.join(CACHE, 'summary-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Runs Vitest itself on the files given, by name. */
function lastLine(files: Record<string, string>) {
  for (const [name, body] of Object.entries(files)) {
    writeFileSync(path.join(root, name), `import { test, expect } from 'vitest';\n${body}`);
  }
  const reporter = path.join(import.meta.dirname, '../support/summary-reporter.ts');
  const cli = path.join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
  writeFileSync(
    path.join(root, 'vitest.config.ts'),
    `import { SummaryReporter } from ${JSON.stringify(reporter)};
     export default { test: { include: ['*.case.ts'], reporters: ['default', new SummaryReporter()] } };`,
  );
  const { stdout, status } = spawnSync(process.execPath, [cli, 'run', '--root', root], { encoding: 'utf8' });
  return { line: stdout.trimEnd().split('\n').at(-1), status };
}

const PASS = `test('passes', () => { expect(1).toBe(1); });`;

test('a clean run counts its tests over all files', () => {
  expect(lastLine({ 'a.case.ts': PASS, 'b.case.ts': PASS })).toEqual({
    line: '2 passed, 0 failed',
    status: 0,
  });
});

test('failures and skipped tests are counted', () => {
  // Text of a test file that this one runs: its skipped test is what is to be counted.
  const mixed = `${PASS} test('fails', () => { expect(1).toBe(2); }); test.skip('later', () => {});`;
  expect(lastLine({ 'a.case.ts': mixed })).toEqual({ line: '1 passed, 1 failed, 1 skipped', status: 1 });
});

test('a file that does not load is a failure', () => {
  expect(lastLine({ 'a.case.ts': PASS, 'b.case.ts': `throw new Error('no');` })).toEqual({
    line: '1 passed, 1 failed',
    status: 1,
  });
});

test('an error outside every test is a failure', () => {
  const loose = `${PASS} test('slow', async () => {
    void Promise.reject(new Error('loose'));
    await new Promise((resolve) => setTimeout(resolve, 50));
  });`;
  expect(lastLine({ 'a.case.ts': loose })).toEqual({ line: '2 passed, 1 failed', status: 1 });
});

test('a hook that throws is a failure', () => {
  const hook = `import { afterAll } from 'vitest'; ${PASS} afterAll(() => { throw new Error('no'); });`;
  expect(lastLine({ 'a.case.ts': hook })).toEqual({ line: '1 passed, 1 failed', status: 1 });
});

test('a run that finds no test is a failure', () => {
  expect(lastLine({})).toEqual({ line: '0 passed, 1 failed', status: 1 });
});
