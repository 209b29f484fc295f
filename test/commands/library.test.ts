import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build as esbuild, transform } from 'esbuild';
import { build, preview } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import webpack, { type Configuration, type Stats } from 'webpack';
import { launchBrowser } from '../../bench/browser.ts';
import { newPage } from '../support/pages.ts';

// Someone else's project, with the packed library in its node_modules. Being inside the repository, it finds the
// library's dependencies in the repository's.
const CACHE = path.join(import.meta.dirname, '../../.cache');
let consumer: string;

beforeAll(() => {
  mkdirSync(CACHE, { recursive: true });
  consumer = mkdtempSync(path.join(CACHE, 'consumer-'));
  const installed = path.join(consumer, 'node_modules/tilewise');
  mkdirSync(installed, { recursive: true });
  run('npm', ['pack', '--pack-destination', consumer], process.cwd());
  const packed = readdirSync(consumer).find((name) => name.endsWith('.tgz')) ?? '';
  run('tar', ['-xzf', path.join(consumer, packed), '--strip-components=1'], installed);

  write('index.html', '<!doctype html><script type="module" src="./main.ts"></script>');
  write(
    'main.ts',
    `import { openLab, type Tensor } from 'tilewise';
     async function attention() {
       const lab = await openLab({ adapter: 'fallback' });
       const ones: Tensor = { shape: [1, 1, 32, 16], data: new Float32Array(512).fill(1) };
       const { output, run } = await lab.attention({ query: ones, key: ones, value: ones });
       lab.close();
       return [output.data.length, output.data[0], run.variant];
     }
     Object.assign(window, { result: await attention().catch(String) });`,
  );
  // A result is as narrow as its arguments tell, whichever name a call has.
  write(
    'narrow.ts',
    `import type { ContrastiveArgs, LabClient } from 'tilewise';
     export async function losses(lab: LabClient, { x, y }: ContrastiveArgs): Promise<number> {
       const one = await lab.call('contrastive', { loss: 'clip', x, y });
       const same = await lab.contrastive({ loss: 'clip', x, y });
       const each = await lab.call('contrastive', { loss: 'clip', x, y, reduction: 'none' });
       // @ts-expect-error: one loss for each row
       return one.loss + same.loss + each.loss;
     }`,
  );
  write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: {
        strict: true,
        target: 'es2022',
        module: 'esnext',
        moduleResolution: 'bundler',
        types: [],
        noEmit: true,
      },
      files: ['main.ts', 'narrow.ts'],
    }),
  );
});
afterAll(() => {
  rmSync(consumer, { recursive: true, force: true });
});

function write(name: string, text: string) {
  const file = path.join(consumer, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const read = (name: string): string => readFileSync(path.join(consumer, name), 'utf8');

function run(command: string, args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
}

test('its types hold in a strict project', () => {
  run(process.execPath, [path.resolve('node_modules/typescript/bin/tsc'), '--project', consumer], consumer);
});

/** What a page of the bundled project has found. */
async function resultOf(root: string): Promise<unknown> {
  const server = await preview({ root, configFile: false, preview: { port: 0 } });
  const browser = await launchBrowser({ adapter: 'swiftshader' });
  try {
    const page = await newPage(browser);
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    const result = await page.waitForFunction(() => (window as { result?: unknown }).result);
    return await result.jsonValue();
  } finally {
    await browser.close();
    await server.close();
  }
}

test('it is bundled with its worker, and attention runs', async () => {
  await build({ root: consumer, configFile: false, logLevel: 'warn', build: { target: 'esnext' } });
  expect(await resultOf(consumer)).toEqual([512, 1, expect.any(String)]);
});

test('webpack bundles it, worker and all', async () => {
  const { code } = await transform(read('main.ts'), { loader: 'ts' });
  write('webpack/main.js', code);
  write('webpack/dist/index.html', '<!doctype html><script type="module" src="./main.js"></script>');
  const root = path.join(consumer, 'webpack');
  const stats = await promisify<Configuration, Stats | undefined>(webpack)({
    context: root,
    mode: 'production',
    entry: './main.js',
    output: { path: path.join(root, 'dist'), filename: 'main.js', publicPath: 'auto' },
    optimization: { minimize: false },
    experiments: { topLevelAwait: true },
  });
  expect(stats?.compilation.errors).toEqual([]);
  expect(await resultOf(root)).toEqual([512, 1, expect.any(String)]);
});

test('who imports presets alone gets neither worker nor linker', async () => {
  write('presets/main.ts', "import { presets } from 'tilewise'; console.log(presets.causal.modifiers({}));");
  const { outputFiles } = await esbuild({
    absWorkingDir: path.join(consumer, 'presets'),
    entryPoints: ['main.ts'],
    ...{ bundle: true, minify: true, format: 'esm', write: false },
  });
  const [file] = outputFiles;
  expect(file?.text).not.toContain('Worker(');
  expect(gzipSync(file?.contents ?? '').length).toBeLessThan(15_000);
});

/** Bundles as somebody does who has esbuild and no plugins. */
async function bundlePlainly(folder: string, main: string) {
  write(`${folder}/main.ts`, main);
  write(`${folder}/dist/index.html`, '<!doctype html><script type="module" src="./main.js"></script>');
  await esbuild({
    absWorkingDir: path.join(consumer, folder),
    entryPoints: { main: 'main.ts', worker: 'tilewise/worker' },
    bundle: true,
    format: 'esm',
    outdir: 'dist',
  });
}

test('without a bundler that knows workers, its worker is a file of its own', async () => {
  const told = read('main.ts').replace(
    "adapter: 'fallback'",
    "adapter: 'fallback', worker: new URL('./worker.js', import.meta.url)",
  );
  await bundlePlainly('plain', told);
  expect(await resultOf(path.join(consumer, 'plain'))).toEqual([512, 1, expect.any(String)]);
});

test('a worker that is missing is named', async () => {
  await bundlePlainly('missing', read('main.ts'));
  rmSync(path.join(consumer, 'missing/dist/worker.js'));
  const message = String(await resultOf(path.join(consumer, 'missing')));
  expect(message).toMatch(/^UnsupportedError: the worker's script could not be loaded.*worker\.js/);
});
