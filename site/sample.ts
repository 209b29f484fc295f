import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

/** A report for those who have measured nothing yet. */
const SAMPLE = path.join(import.meta.dirname, '../bench/results/swiftshader-2-cores.json');
const NAME = 'sample-report.json';

/** Puts a sample report beside the landing page, in development and in the build. */
export function sampleReport(): Plugin {
  return {
    name: 'sample-report',
    configureServer({ middlewares }) {
      middlewares.use(`/${NAME}`, (_, response) => {
        response.setHeader('content-type', 'application/json').end(readFileSync(SAMPLE));
      });
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: NAME, source: readFileSync(SAMPLE) });
    },
  };
}
