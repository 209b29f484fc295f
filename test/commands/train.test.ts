import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../src/train/checkpoint.ts';
import { runNode } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);

const train = (...args: string[]) =>
  runNode(['--import', 'tsx', 'bench/cli.ts', 'train', '--adapter', 'swiftshader', ...args]);

interface Line {
  readonly step: number;
  readonly loss: number;
  readonly recall: { readonly rows: number; readonly cols: number };
}

test('towers learn to find more than 60 % of 64 pictures in a short run, and a checkpoint keeps them', async () => {
  const short = ['--steps', '50', '--batch', '128', '--every', '50', '--seed', '1'];
  const { code, out, err } = await train(
    ...short,
    ...['--save', at('towers.safetensors'), '--json', at('run.json')],
  );
  expect(code, err).toBe(0);
  const { lines } = JSON.parse(readFileSync(at('run.json'), 'utf8')) as { lines: Line[] };
  expect(lines.map(({ step }) => step)).toEqual([1, 50]);
  const [first, last] = lines;
  expect(last?.loss).toBeLessThan(0.5 * (first?.loss ?? 0));
  expect(first?.recall.cols).toBeLessThan(0.1);
  expect(last?.recall.cols).toBeGreaterThan(0.6);
  expect(last?.recall.rows).toBeGreaterThan(0.6);
  expect(out).toMatch(/^ +step +pairs +loss/m);
  const { progress } = await openCheckpoint(
    new Blob([readFileSync(at('towers.safetensors'))]),
    'towers.safetensors',
  );
  expect(progress).toMatchObject({ steps: 50, samples: 6400 });
});

test('a setting that makes no sense is refused by name', async () => {
  const { code, err } = await train('--batch', '20000');
  expect(code).toBe(2);
  expect(err).toContain('batch: expected from 2 pairs to the 11008 of the data, got 20000');
});
