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
  ['src/reference/a.ts', `import { x } from '../gpu/runner.ts';`],
  ['src/kernels/attention/a.ts', `import { x } from '../../measure/stats.ts';`],
  ['src/kernels/a.ts', `import { x } from 'node:fs';`],
  ['src/reference/a.ts', `import { x } from 'node:fs';`],
  ['src/gpu/a.ts', `import type { X } from '../measure/report.ts';`],
  ['src/gpu/a.ts', `export { x } from '../worker/client.ts';`],
  ['src/measure/a.ts', `export * from '../worker/client.ts';`],
  ['src/measure/a.ts', `import { wrap } from 'comlink';`],
  ['src/worker/a.ts', `import { x } from '../ui/theme.ts';`],
  ['src/ui/a.ts', `import { x } from '../gpu/device.ts';`],
  ['src/ui/charts/a.ts', `type X = import('../../gpu/device.ts').X;`],
  ['src/ui/a.ts', `const x = await import('../gpu/device.ts');`],
  ['src/ui/a.ts', `import { wrap } from 'comlink';`],
  ['src/ui/a.ts', `import { x } from '../../demos/attention/main.ts';`],
  ['src/errors.ts', `import { x } from './gpu/device.ts';`],
  ['src/index.ts', `import { x } from './ui/theme.ts';`],
  ['src/index.ts', `import { x } from '../bench/browser.ts';`],
  ['src/measure/a.ts', `import { x } from '../../test/support/dawn.ts';`],
])('%s may not: %s', async (file, code) => {
  expect(await boundaryErrors(file, code)).toHaveLength(1);
});

test.each([
  ['src/reference/a.ts', `import type { X } from '../kernels/operation.ts';`],
  ['src/kernels/attention/a.ts', `import { x } from '../../reference/attention.ts';`],
  ['src/gpu/a.ts', `import { x } from '../kernels/plan.ts';`],
  ['src/measure/a.ts', `import { x } from '../gpu/runner.ts';`],
  ['src/worker/a.ts', `import { expose } from 'comlink';`],
  ['src/worker/a.ts', `import { x } from '../gpu/device.ts';`],
  ['src/ui/a.ts', `import { x } from '../measure/report.ts'; import { y } from '../worker/client.ts';`],
  ['src/ui/a.ts', `import { x } from '../tensor.ts'; import { html } from 'lit';`],
  ['src/index.ts', `export { x } from './worker/client.ts';`],
  ['demos/attention/a.ts', `import '../../src/ui/page.ts';`],
  ['bench/a.ts', `import { readFile } from 'node:fs/promises'; import { x } from '../src/gpu/device.ts';`],
  ['test/unit/a.ts', `import { x } from '../../src/gpu/device.ts';`],
])('%s may: %s', async (file, code) => {
  expect(await boundaryErrors(file, code)).toEqual([]);
});
