import { defineConfig } from 'vitest/config';
import { dawnSuite } from './test/support/dawn-suite.ts';
import { PATIENCE_MS } from './test/support/patience.ts';
import { puppeteerProvider } from './test/support/puppeteer-provider.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

/** Tests wait for states, not for seconds: these limits end only what hangs, on a slow and busy machine too. */
const PATIENT = { testTimeout: 600_000, hookTimeout: 600_000, expect: { poll: { timeout: PATIENCE_MS } } };

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
    ...PATIENT,
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
    ...PATIENT,
  },
};

export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    projects: [
      { test: { ...node('unit'), ...PATIENT } },
      { test: { ...node('shader'), ...PATIENT } },
      onDawn ? gpuOnDawn : gpuInBrowser,
      { test: { ...node('pages'), ...PATIENT } },
    ],
  },
});
