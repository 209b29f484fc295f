import { defineConfig } from 'vite';
import { ISOLATED } from './site/isolated.ts';
import { offline } from './site/offline.ts';
import { sitePages } from './site/plugin.ts';
import { dataFiles } from './site/data-files.ts';

/** Comes only with the code of the compare page. */
const EDITOR = [
  ...['commands', 'language', 'lint', 'merge', 'state', 'view'].map((part) => `@codemirror/${part}`),
  '@lezer/highlight',
];

/** Reached from workers or lazily, where Vite's scan does not look; found late, they would reload the page. */
const PREBUNDLED = [
  ...EDITOR,
  '@jax-js/jax',
  '@petamoriken/float16',
  'comlink',
  'fastest-levenshtein',
  'fflate',
  'idb',
  'lit',
  'lit/decorators.js',
  'simple-statistics',
  'wesl',
  'zod/locales',
  'zod/mini',
  'zod/v4/core',
];

export default defineConfig({
  base: './',
  plugins: [sitePages(import.meta.dirname), dataFiles(), offline()],
  optimizeDeps: { include: PREBUNDLED },
  // Tests write there, and a tsconfig.json that changes would reload every page.
  server: { headers: ISOLATED, watch: { ignored: ['**/.cache/**'] } },
  preview: { headers: ISOLATED },
  worker: { format: 'es' },
  build: {
    target: 'esnext',
    // Beside the library in `dist/lib`: each build empties its own folder.
    outDir: 'dist/pages',
  },
});
