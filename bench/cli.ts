import { main } from './main.ts';

// Loaded when they are chosen: neither needs what the other needs.
process.exitCode = await main(process.argv.slice(2), {
  browser: async () => (await import('./backends/browser.ts')).browserBackend,
  dawn: async () => {
    const { dawnBackend } = await import('./backends/dawn.ts');
    const { labFromSource } = await import('./backends/lab-from-source.ts');
    return dawnBackend(labFromSource);
  },
});
