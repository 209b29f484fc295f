import path from 'node:path';
import type { Plugin } from 'vite';

const LIST = path.resolve('src/operations/index.ts');
const TOY = path.resolve('test/support/toy-operation.ts');

/** Registers the toy operation at the end of the list's own module: for every page, and in their worker. */
export const withToy = (): Plugin => ({
  name: 'toy-operation',
  transform: (code, id) =>
    id === LIST
      ? `${code}\nimport { registerToy } from ${JSON.stringify(TOY)};\nregisterToy();\n`
      : undefined,
});
