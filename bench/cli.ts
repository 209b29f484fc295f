import { main, type Backends } from './main.ts';

// `| head` closes the pipe before everything is written.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// Loaded when they are chosen: neither needs what the other needs.
const backends: Backends = {
  browser: async () => (await import('./backends/browser.ts')).browserBackend,
  dawn: async () => {
    const { dawnBackend } = await import('./backends/dawn.ts');
    const { labFromSource } = await import('./backends/lab-from-source.ts');
    return dawnBackend(labFromSource);
  },
};
process.exitCode = await main(
  process.argv.slice(2),
  backends,
  async () => (await import('./dump/dump.ts')).dump,
  {
    ring: async () => (await import('./ring.ts')).ringCommand,
    cache: async () => (await import('./cache.ts')).cacheCommand,
    recipes: async () => (await import('./recipes.ts')).recipesCommand,
    train: async () => (await import('./train.ts')).trainCommand,
    races: async () => (await import('./races.ts')).racesCommand,
  },
);
