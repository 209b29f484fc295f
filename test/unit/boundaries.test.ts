import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';

// The project's own configuration, less the rules that need types: the files linted here exist in name only.
const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });

async function boundaryErrors(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  const messages = result?.messages ?? [];
  expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
  return messages.filter(({ ruleId }) => ruleId === 'no-restricted-syntax').map(({ message }) => message);
}

test.each([
  ['src/core/a.ts', `import { x } from '../gpu/runner.ts';`],
  ['src/operations/attention/a.ts', `import { x } from '../../measure/stats.ts';`],
  ['src/core/a.ts', `import { x } from 'node:fs';`],
  ['src/tile/a.ts', `import { x } from 'node:fs';`],
  ['src/gpu/a.ts', `import type { X } from '../measure/report.ts';`],
  ['src/gpu/a.ts', `export { x } from '../worker/client.ts';`],
  ['src/measure/a.ts', `export * from '../worker/client.ts';`],
  ['src/measure/a.ts', `import { wrap } from 'comlink';`],
  ['src/ring/a.ts', `import { x } from '../worker/lab.ts';`],
  ['src/ring/a.ts', `import { wrap } from 'comlink';`],
  ['src/worker/a.ts', `import { x } from '../ui/theme.ts';`],
  ['src/worker/a.ts', `import { x } from '../recipes/a.ts';`],
  ['src/recipes/a.ts', `import { x } from '../train/trainer.ts';`],
  ['src/ui/a.ts', `import { x } from '../gpu/device.ts';`],
  ['src/ui/report/a.ts', `type X = import('../../gpu/device.ts').X;`],
  ['src/ui/a.ts', `const x = await import('../gpu/device.ts');`],
  ['src/ui/a.ts', `import { wrap } from 'comlink';`],
  ['src/ui/a.ts', `import { x } from '../../demos/attention/main.ts';`],
  ['src/core/errors.ts', `import { x } from '../gpu/device.ts';`],
  ['src/index.ts', `import { x } from './ui/theme.ts';`],
  ['src/index.ts', `import { x } from '../bench/browser.ts';`],
  ['src/measure/a.ts', `import { x } from '../../test/support/dawn.ts';`],
])('%s may not: %s', async (file, code) => {
  expect(await boundaryErrors(file, code)).toHaveLength(1);
});

test.each([
  ['src/tile/a.ts', `import type { X } from '../core/operation.ts';`],
  ['src/operations/attention/a.ts', `import { x } from '../../tile/tile-params.ts';`],
  ['src/gpu/a.ts', `import { x } from '../core/plan.ts';`],
  ['src/measure/a.ts', `import { x } from '../gpu/runner.ts';`],
  ['src/worker/a.ts', `import { expose } from 'comlink';`],
  ['src/worker/a.ts', `import { x } from '../gpu/device.ts';`],
  ['src/ui/a.ts', `import { x } from '../measure/report.ts'; import { y } from '../worker/client.ts';`],
  ['src/ui/a.ts', `import { x } from '../core/tensor.ts'; import { html } from 'lit';`],
  ['src/index.ts', `export { x } from './worker/client.ts';`],
  ['demos/attention/a.ts', `import '../../src/ui/shell/page.ts';`],
  ['bench/a.ts', `import { readFile } from 'node:fs/promises'; import { x } from '../src/gpu/device.ts';`],
  ['test/unit/a.ts', `import { x } from '../../src/gpu/device.ts';`],
])('%s may: %s', async (file, code) => {
  expect(await boundaryErrors(file, code)).toEqual([]);
});
