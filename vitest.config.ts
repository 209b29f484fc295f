import { defineConfig } from 'vitest/config';
import { puppeteerProvider } from './test/support/puppeteer-provider.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

const node = (name: string, groupOrder: number) => ({
  name,
  include: [`test/${name}/**/*.test.ts`],
  environment: 'node',
  sequence: { groupOrder },
});

export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    projects: [
      { test: { ...node('unit', 0), testTimeout: 30_000 } },
      { test: { ...node('shader', 0), testTimeout: 60_000 } },
      {
        extends: './vite.config.ts',
        optimizeDeps: { include: ['fast-check'] },
        test: {
          name: 'gpu',
          include: ['test/gpu/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
          browser: {
            enabled: true,
            provider: puppeteerProvider(),
            instances: [{ browser: 'chromium' }],
            headless: true,
            screenshotFailures: false,
          },
        },
      },
      // Each of these starts a server and a browser: two at a time would starve one another.
      {
        test: {
          ...node('pages', 2),
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
