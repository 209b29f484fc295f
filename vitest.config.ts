import { defineConfig } from 'vitest/config';
import { dawnSuite } from './test/support/dawn-suite.ts';
import { puppeteerProvider } from './test/support/puppeteer-provider.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

const node = (name: string, groupOrder: number) => ({
  name,
  include: [`test/${name}/**/*.test.ts`],
  environment: 'node',
  sequence: { groupOrder },
});

const gpuInBrowser = {
  extends: './vite.config.ts' as const,
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
};

/** `npm run test:dawn`: the same tests in Node, one file after another, since there is one GPU. */
const onDawn = process.env.TILEWISE_BACKEND === 'dawn';

const gpuOnDawn = {
  test: {
    ...node('gpu', 1),
    include: [...dawnSuite().files],
    setupFiles: ['test/support/dawn-gpu.ts'],
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};

export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    projects: [
      { test: { ...node('unit', 0), testTimeout: 30_000 } },
      { test: { ...node('shader', 0), testTimeout: 60_000 } },
      onDawn ? gpuOnDawn : gpuInBrowser,
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
