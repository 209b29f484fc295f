import path from 'node:path';
import { build, type Plugin, type Rolldown } from 'vite';
import { ISOLATED } from '../../site/isolated.ts';

const ENTRY = 'src/worker/entry.ts';

/**
 * Serves the worker of pages in one piece. Vite's own way is a request for each of some three hundred modules, for every
 * worker that a test starts: that took more of the machine than what the tests do with it.
 */
export const bundledWorker = (): Plugin => {
  let code: Promise<string> | undefined;
  return {
    name: 'bundled-worker',
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        if (request.url?.startsWith(`/${ENTRY}?worker_file`) !== true) {
          next();
          return;
        }
        code ??= inOnePiece();
        code.then((script) => {
          for (const [name, value] of Object.entries(ISOLATED)) response.setHeader(name, value);
          response.setHeader('Content-Type', 'text/javascript');
          response.end(script);
        }, next);
      });
    },
  };
};

async function inOnePiece(): Promise<string> {
  const [bundle] = (await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      target: 'esnext',
      minify: false,
      write: false,
      lib: { entry: path.resolve(ENTRY), formats: ['es'] },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput[];
  return bundle?.output[0].code ?? '';
}
