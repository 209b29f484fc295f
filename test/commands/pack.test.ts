import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseReport } from '../../src/measure/report.ts';
import { findBrowser } from '../../bench/browser.ts';
import { runNode } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = temporaryFolder();
const moved = path.join(root, 'on a server');
/** In the folder alone, with Chromium's SwiftShader for a driver. */
let run: (...args: string[]) => ReturnType<typeof runNode>;

beforeAll(async () => {
  const packed = await runNode(['--import', 'tsx', 'bench/pack/pack.ts', root]);
  expect(packed.code, packed.err).toBe(0);
  renameSync(path.join(root, 'tilewise-dawn'), moved);
  const { executablePath } = await findBrowser();
  run = (...args) => runNode(args, { cwd: moved, env: { TILEWISE_BROWSER: executablePath } });
});

describe('a packed folder that was moved', () => {
  const cpu = ['--adapter', 'swiftshader'];

  test('measures', async () => {
    const args = [
      'bench.js',
      'attention',
      '--sizes',
      '16',
      '--variants',
      'flash',
      '--quick',
      '--json',
      'r.json',
    ];
    const { code, out, err } = await run(...args, ...cpu);
    expect(code, err).toBe(0);
    expect(out).toMatch(/1 result: 1 correct/);
    const report = parseReport(JSON.parse(readFileSync(path.join(moved, 'r.json'), 'utf8')));
    expect(report.environment.userAgent).toContain('Node.js');
  });

  test('runs the GPU tests, and says what it leaves out', async () => {
    const { code, out, err } = await run(
      'test.js',
      'adapter',
      'attention',
      '-t',
      'compute shader|attention naive.*by a bias',
      ...cpu,
    );
    expect(code, err).toBe(0);
    expect(out).toMatch(/✓ adapter: 1 passed/);
    expect(out).toMatch(/✓ attention: 1 passed/);
    expect(out).toMatch(/Left out, since they open a page's worker: .*\blab\b/);
    expect(out).toMatch(/^2 passed, 0 failed, 0 skipped$/m);
  });

  test('ends with 1 when a kernel is wrong', async () => {
    const file = path.join(moved, 'tests', 'adapter.test.js');
    const right = readFileSync(file, 'utf8');
    const wrong = right.replace('values[id.x] *= values[id.x]', 'values[id.x] += values[id.x]');
    expect(wrong).not.toBe(right);
    writeFileSync(file, wrong);
    const { code, out } = await run('test.js', 'adapter', '-t', 'compute shader', ...cpu);
    expect(code).toBe(1);
    expect(out).toMatch(/✗ adapter: 0 passed/);
    expect(out).toMatch(/FAILED .*a compute shader runs .*expected/);
  });

  test('ends with 2 on what it does not know, and with 1 where nothing matches', async () => {
    expect(await run('test.js', 'adaptor')).toMatchObject({ code: 2 });
    expect(await run('test.js', 'adapter', '-t', 'no such test', ...cpu)).toMatchObject({ code: 1 });
  });

  test.each(['bench.js', 'test.js'])(
    '%s ends with 3 and what to do where there is no driver',
    async (script) => {
      const none = {
        VK_ICD_FILENAMES: path.join(root, 'none.json'),
        VK_DRIVER_FILES: path.join(root, 'none.json'),
      };
      const { code, err } = await runNode([script], { cwd: moved, env: none });
      expect(code, err).toBe(3);
      expect(err).toMatch(/Dawn finds no Vulkan driver\. Install .*vulkaninfo/);
      expect(err).not.toMatch(/a browser/);
    },
  );
});
