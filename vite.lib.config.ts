import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };

/**
 * Vite writes a worker's address in a form that the consumer's bundler does not follow. All of them know the plain one.
 */
const plainWorkerUrl: Plugin = {
  name: 'plain-worker-url',
  generateBundle(_, bundle) {
    const written =
      /new URL\(\s*\/\* @vite-ignore \*\/\s*new URL\(("[^"]+"), import\.meta\.url\)\.href,\s*"" \+ import\.meta\.url\s*\)/g;
    let found = 0;
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      chunk.code = chunk.code.replace(written, (_match, file: string) => {
        found += 1;
        return `new URL(${file.replace(/^"(?!\.)/, '"./')}, import.meta.url)`;
      });
    }
    if (found === 0) this.error('no worker address found to rewrite: has Vite changed how it writes them?');
  },
};

/** No module is imported for its side effects, and bundlers warn of imports that name nothing. */
const noBareImports: Plugin = {
  name: 'no-bare-imports',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === 'chunk') chunk.code = chunk.code.replace(/^import "\.[^"]*";\n/gm, '');
    }
  },
};

/** Left to the consumer's bundler, which then has one copy of each, in the worker as on the page. */
const external = Object.keys(manifest.dependencies).map((name) => new RegExp(`^${name}(/|$)`));

export default defineConfig({
  base: './',
  publicDir: false,
  plugins: [plainWorkerUrl, noBareImports],
  // In one piece: consumers' bundlers make workers that cannot load parts by default. `tilewise/worker` in package.json.
  worker: {
    format: 'es',
    rolldownOptions: { external, output: { codeSplitting: false, entryFileNames: 'worker/worker.js' } },
  },
  build: {
    target: 'esnext',
    outDir: 'dist/lib',
    minify: false,
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: (_, name) => `${name}.js` },
    // A module each, so that bundlers leave out what is not imported.
    rolldownOptions: { external, output: { preserveModules: true, preserveModulesRoot: 'src' } },
  },
});
