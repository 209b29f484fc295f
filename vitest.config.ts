import { defineConfig } from 'vitest/config';
import { bundledWorker } from './test/support/bundled-worker.ts';
import { dawnSuite, kernelSuite } from './test/support/dawn-suite.ts';
import { LongestFirst } from './test/support/longest-first.ts';
import { PATIENCE_MS } from './test/support/patience.ts';
import { puppeteerProvider } from './test/support/puppeteer-provider.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

/** Tests wait for states, not for seconds: these limits end only what hangs, on a slow and busy machine too. */
const PATIENT = { testTimeout: 600_000, hookTimeout: 600_000, expect: { poll: { timeout: PATIENCE_MS } } };

/**
 * Compiling shaders keeps a core busy, and the least machine has two: more files at a time would starve one another.
 * The files of the GPU tests' browser run beside these, one after another, since its provider can do no more.
 */
const TWO_AT_A_TIME = { maxWorkers: 2, sequence: { groupOrder: 1 } };

const inNode = (name: string) => ({
  name,
  include: [`test/${name}/**/*.test.ts`],
  environment: 'node',
  // Files that run in one process share what they have imported: to load it anew for each took a tenth of the tests' time.
  isolate: false,
  ...PATIENT,
});

const onDawn = (name: string, files: readonly string[]) => ({
  ...inNode(name),
  include: [...files],
  setupFiles: ['test/support/dawn-gpu.ts'],
});

const inBrowser = (files: readonly string[]) => ({
  extends: './vite.config.ts' as const,
  plugins: [bundledWorker()],
  optimizeDeps: { include: ['fast-check'] },
  test: {
    name: 'gpu',
    include: [...files],
    ...PATIENT,
    ...TWO_AT_A_TIME,
    browser: {
      enabled: true,
      isolate: false,
      provider: puppeteerProvider(),
      instances: [{ browser: 'chromium' }],
      headless: true,
      screenshotFailures: false,
    },
  },
});

/**
 * The GPU tests, in a browser unless Dawn in Node is there: then `npm run test:dawn` runs all that need no page's
 * worker, one after another, since there is one GPU; `npm run test:wgpu` does so in Deno, which has a WebGPU of its own;
 * and `npm test` runs those of kernels on two SwiftShaders, since a browser takes three times as long for each pipeline.
 */
function gpuTests() {
  const kernels = kernelSuite();
  if (process.env.TILEWISE_BACKEND === 'dawn') {
    return [{ test: { ...onDawn('gpu', dawnSuite().files), maxWorkers: 1 } }];
  }
  if (process.env.TILEWISE_BACKEND === 'wgpu') {
    return [{ test: { ...inNode('gpu'), include: [...dawnSuite().files], maxWorkers: 1 } }];
  }
  if (process.env.TILEWISE_BACKEND === 'dawn-and-browser') {
    return [{ test: { ...onDawn('kernels', kernels.files), ...TWO_AT_A_TIME } }, inBrowser(kernels.leftOut)];
  }
  return [inBrowser([...kernels.files, ...kernels.leftOut])];
}

export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...inNode('unit'), ...TWO_AT_A_TIME } },
      { test: { ...inNode('shader'), ...TWO_AT_A_TIME } },
      { test: { ...inNode('commands'), ...TWO_AT_A_TIME } },
      ...gpuTests(),
      { test: { ...inNode('pages'), ...TWO_AT_A_TIME, globalSetup: 'test/support/built-site.ts' } },
      // Not part of `npm test`: a machine may have no Firefox.
      ...(process.env.TILEWISE_FIREFOX === undefined ? [] : [{ test: inNode('firefox') }]),
    ],
  },
});
