/**
 * `npm run pack:dawn [-- FOLDER]`: packs the command line and the GPU tests with Dawn into one folder that runs on a
 * Linux server with a Vulkan driver and a `node` binary: `node tilewise-dawn/bench.js all --quick --json report.json`.
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { dawnSuite, leftOutWords } from '../../test/support/dawn-suite.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A folder of its own within the one that was named: it is emptied first. */
const OUT = path.resolve(process.argv[2] ?? path.join(ROOT, '.gpu'), 'tilewise-dawn');
const BINARY = path.join('dist', 'linux-x64', 'dawn.node');

const { files, leftOut } = dawnSuite();
const tests = Object.fromEntries(files.map((file) => [`tests/${path.basename(file, '.ts')}`, file]));

await build({
  root: ROOT,
  configFile: false,
  logLevel: 'warn',
  define: { LEFT_OUT: JSON.stringify(leftOutWords(leftOut)) },
  resolve: { alias: { vitest: path.join(ROOT, 'bench', 'pack', 'vitest.ts') } },
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: OUT,
    emptyOutDir: true,
    copyPublicDir: false,
    target: 'node20',
    rolldownOptions: {
      // An optional peer of linkedom that charts do without.
      external: ['canvas'],
      input: {
        bench: path.join(ROOT, 'bench', 'pack', 'bench.ts'),
        test: path.join(ROOT, 'bench', 'pack', 'test.ts'),
        ...tests,
      },
      output: { entryFileNames: '[name].js', chunkFileNames: 'lib/[name]-[hash].js' },
    },
  },
});

// Dawn's own loader looks for its binary beside the code that it has been bundled into.
const dawn = path.dirname(createRequire(import.meta.url).resolve('webgpu'));
mkdirSync(path.join(OUT, 'lib', path.dirname(BINARY)), { recursive: true });
cpSync(path.join(dawn, BINARY), path.join(OUT, 'lib', BINARY));
cpSync(path.join(dawn, 'LICENSE.md'), path.join(OUT, 'LICENSE-dawn.md'));
writeFileSync(path.join(OUT, 'package.json'), '{ "type": "module", "private": true }\n');
console.log(`Packed: ${path.relative(process.cwd(), OUT)}`);
