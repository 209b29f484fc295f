/** Help of every command. */
import { expect, test, vi } from 'vitest';
import { cacheCommand } from '../../bench/cache.ts';
import { main, OWN_COMMANDS } from '../../bench/main.ts';
import { subjects } from '../../bench/operations.ts';
import { racesCommand } from '../../bench/races.ts';
import { recipesCommand } from '../../bench/recipes.ts';
import { ringCommand } from '../../bench/ring.ts';
import { trainCommand } from '../../bench/train.ts';

const own = {
  ring: () => Promise.resolve(ringCommand),
  cache: () => Promise.resolve(cacheCommand),
  recipes: () => Promise.resolve(recipesCommand),
  train: () => Promise.resolve(trainCommand),
  races: () => Promise.resolve(racesCommand),
};

const commands = [[], ['compare'], ...OWN_COMMANDS.map((name) => [name]), ...subjects().map((id) => [id])];

test.each([...commands, ['tune'], ['ring', '--operation', 'attention']])(
  'the help of bench %s %s %s is no wider than 80 characters',
  async (...words) => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    let help: string;
    try {
      expect(
        await main([...words.filter((word) => word !== ''), '--help'], { browser: never }, undefined, own),
      ).toBe(0);
      help = write.mock.calls.join('');
    } finally {
      write.mockRestore();
    }
    expect(help).toContain('Usage: bench');
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
  },
);

const never = () => Promise.reject(new Error('help needs no backend'));
