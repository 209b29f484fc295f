import { defineConfig } from 'vitest/config';
import { dawnSuite } from './test/support/dawn-suite.ts';
import { puppeteerProvider } from './test/support/puppeteer-provider.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

/**
 * Compiling shaders keeps one core busy, so the files that run in the GPU tests' browser and those that run in Node go
 * side by side, each one after another: more at a time would starve one another where there are two cores.
 */
const SIDE_BY_SIDE = { maxWorkers: 1, sequence: { groupOrder: 1 } };

const node = (name: string) => ({
  name,
  include: [`test/${name}/**/*.test.ts`],
  environment: 'node',
  ...SIDE_BY_SIDE,
});

const gpuInBrowser = {
  extends: './vite.config.ts' as const,
  optimizeDeps: { include: ['fast-check'] },
  test: {
    name: 'gpu',
    include: ['test/gpu/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    ...SIDE_BY_SIDE,
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
    ...node('gpu'),
    include: [...dawnSuite().files],
    setupFiles: ['test/support/dawn-gpu.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};

export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    projects: [
      { test: { ...node('unit'), testTimeout: 30_000 } },
      { test: { ...node('shader'), testTimeout: 60_000 } },
      onDawn ? gpuOnDawn : gpuInBrowser,
      { test: { ...node('pages'), testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
