import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vite';

/** Comes only with the code of the compare page. */
const EDITOR = [
  ...['commands', 'language', 'lint', 'merge', 'state', 'view'].map((part) => `@codemirror/${part}`),
  '@lezer/highlight',
];

/** Reached from workers or lazily, where Vite's scan does not look; found late, they would reload the page. */
const PREBUNDLED = [
  ...EDITOR,
  '@petamoriken/float16',
  'comlink',
  'fflate',
  'idb',
  'simple-statistics',
  'wesl',
  'zod',
];

/** Isolated pages get `performance.now()` in steps of 5 µs in place of 100 µs. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The landing page, and one page for each folder of `demos/` that has one. */
function pages(): string[] {
  const root = import.meta.dirname;
  const demos = readdirSync(path.join(root, 'demos')).map((folder) =>
    path.join('demos', folder, 'index.html'),
  );
  return ['index.html', ...demos].map((page) => path.join(root, page)).filter((page) => existsSync(page));
}

export default defineConfig({
  base: './',
  optimizeDeps: { include: PREBUNDLED },
  server: { headers: ISOLATED },
  preview: { headers: ISOLATED },
  worker: { format: 'es' },
  build: {
    target: 'esnext',
    // Beside the library in `dist/lib`: each build empties its own folder.
    outDir: 'dist/pages',
    rolldownOptions: { input: pages() },
  },
});
