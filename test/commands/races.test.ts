import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runNode } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const races = (...args: string[]) => runNode(['--import', 'tsx', 'bench/cli.ts', 'races', ...args]);

test('bench races examines the chosen kernels without a GPU, and writes what it found', async () => {
  const file = path.join(temporaryFolder(), 'races.json');
  const { code, out } = await races('merge-states', '--scope', 'shaders', '--json', file);
  expect(out).toContain('nothing found');
  expect(code).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    ...{ format: 'tilewise-races', version: 1 },
    examined: [{ operation: 'merge-states', variant: 'naive', correct: true, findings: [] }],
  });
});

test('an operation that there is not is an error of usage', async () => {
  const { code, err } = await races('atention');
  expect(code).toBe(2);
  expect(err).toContain("there is no operation 'atention'; there are attention");
});
