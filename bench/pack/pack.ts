/**
 * `npm run pack:dawn`: packs the command line with Dawn into one folder that runs on a Linux server with a
 * Vulkan driver and a `node` binary: `node tilewise-dawn/bench.js all --quick --json report.json`.
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUT = path.join(ROOT, '.gpu', 'tilewise-dawn');
/** Where Dawn's own loader looks for its binary, beside the code that it has been bundled into. */
const BINARY = path.join('dist', 'linux-x64', 'dawn.node');

await build({
  root: ROOT,
  configFile: false,
  logLevel: 'warn',
  ssr: { noExternal: true },
  build: {
    ssr: path.join(ROOT, 'bench', 'pack', 'entry.ts'),
    outDir: OUT,
    emptyOutDir: true,
    copyPublicDir: false,
    target: 'node20',
    rolldownOptions: {
      // An optional peer of linkedom that charts do without.
      external: ['canvas'],
      output: { entryFileNames: 'bench.js', codeSplitting: false },
    },
  },
});

const dawn = path.dirname(createRequire(import.meta.url).resolve('webgpu'));
mkdirSync(path.join(OUT, path.dirname(BINARY)), { recursive: true });
cpSync(path.join(dawn, BINARY), path.join(OUT, BINARY));
cpSync(path.join(dawn, 'LICENSE.md'), path.join(OUT, 'LICENSE-dawn.md'));
writeFileSync(path.join(OUT, 'package.json'), '{ "type": "module", "private": true }\n');
console.log(`Packed: ${path.relative(process.cwd(), OUT)}`);
