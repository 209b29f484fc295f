import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

const BENCH = path.join(import.meta.dirname, '../bench');

/** Files beside the landing page that pages fetch when somebody asks for them, by name. */
const FILES: Readonly<Record<string, () => string>> = {
  // A report for those who have measured nothing yet.
  'sample-report.json': () => readFileSync(path.join(BENCH, 'results/swiftshader-2-cores.json'), 'utf8'),
  // Reports of offline compilers on the default kernels: a list of `CompiledFor`.
  'compiled-kernels.json': () => {
    const folder = path.join(BENCH, 'compiled');
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    return JSON.stringify(
      names.map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as unknown),
    );
  },
};

/** Puts the data files beside the landing page, in development and in the build. */
export function dataFiles(): Plugin {
  return {
    name: 'data-files',
    configureServer({ middlewares }) {
      for (const [name, read] of Object.entries(FILES)) {
        middlewares.use(`/${name}`, (_, response) => {
          response.setHeader('content-type', 'application/json').end(read());
        });
      }
    },
    generateBundle() {
      for (const [fileName, read] of Object.entries(FILES)) {
        this.emitFile({ type: 'asset', fileName, source: read() });
      }
    },
  };
}
