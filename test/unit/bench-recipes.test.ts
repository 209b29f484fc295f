import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { recipesCommand } from '../../bench/recipes.ts';
import { RECIPES } from '../../src/recipes/loss-recipes/table/index.ts';

const run = (...args: string[]) => recipesCommand(args, () => undefined);

test.each([
  ['polyview', "there is no recipe 'polyview'; there are mixed-negatives, prototypes"],
  ['tico --margin 1', '--margin: no chosen recipe has it'],
  ['tico --decay 2', 'decay: expected a number from 0 to 1, got 2'],
  ['poly-view --mean harmonic', 'Allowed choices are geometric, arithmetic, statistics'],
  ['mixed-negatives --pairs 1.5', 'pairs: expected a whole number from 1 to 64'],
  ['--size 1', "--size '1': expected a whole number from 2"],
  ['--rounds few', "--rounds 'few': expected a whole number from 0"],
  ['--sise 8', 'Did you mean --size?'],
])('recipes %s is refused before anything is opened', async (args, message) => {
  await expect(run(...args.split(' '))).rejects.toThrow(message);
});

test('help lists every recipe with its parameters', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(await run('--help')).toBe(0);
  const text = write.mock.calls.join('');
  write.mockRestore();
  for (const { id, title } of RECIPES) expect(text).toContain(`${id}: ${title}.`);
  expect(text).toMatch(/--kind, --margin/);
});

test('the guide has every recipe, with its source and the call as the page shows it', () => {
  const guide = readFileSync('docs/loss-recipes.md', 'utf8');
  for (const { call, link } of RECIPES) {
    expect(guide).toContain(call);
    expect(guide).toContain(link);
  }
});
