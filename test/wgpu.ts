/**
 * `npm run test:wgpu`: the GPU tests on wgpu, by Deno. What follows goes to Vitest. Where wgpu finds no GPU, they run on
 * the SwiftShader that lies beside Chromium; `TILEWISE_ADAPTER=swiftshader` chooses it where there is a GPU, too.
 */
import { spawnSync } from 'node:child_process';
import { swiftShaderEnvironment } from '../bench/backends/swiftshader.ts';
import { findBrowser } from '../bench/browser.ts';
import { EXIT } from '../bench/exit-codes.ts';
import { dawnSuite, leftOutWords } from './support/dawn-suite.ts';
import { findDeno } from './support/deno.ts';
import { VITEST } from './support/vitest.ts';

const deno = findDeno(console.log);

const ASK = `
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) Deno.exit(1);
  console.log('wgpu: ' + (adapter.info.description || adapter.info.device));
`;
const hasGpu = (): boolean =>
  spawnSync(deno, ['eval', '--unstable-webgpu', ASK], { stdio: 'inherit' }).status === 0;

/** @throws NoWebGPUError, NoBrowserError if there is no SwiftShader either */
async function driver(): Promise<Readonly<Record<string, string>>> {
  // wgpu would also take OpenGL, on which compute shaders have too few buffers for these kernels.
  if (process.platform === 'linux') process.env.DENO_WEBGPU_BACKEND = 'vulkan';
  if (process.env.TILEWISE_ADAPTER !== 'swiftshader' && hasGpu()) return {};
  const { executablePath } = await findBrowser({ log: console.log });
  process.env.TILEWISE_BROWSER = executablePath;
  console.log(`wgpu on the SwiftShader beside ${executablePath}`);
  return swiftShaderEnvironment();
}

try {
  const env = await driver();
  console.log(leftOutWords(dawnSuite().leftOut));
  // Deno would look for packages in a folder of its own, and write a lock file.
  const options = ['--allow-all', '--unstable-webgpu', '--node-modules-dir=manual', '--no-lock'];
  const { status } = spawnSync(
    deno,
    ['run', ...options, VITEST, 'run', '--project', 'gpu', ...process.argv.slice(2)],
    { stdio: 'inherit', env: { ...process.env, ...env, TILEWISE_BACKEND: 'wgpu' } },
  );
  process.exitCode = status === 0 ? EXIT.ok : EXIT.bad;
} catch (error) {
  console.error(String(error));
  process.exitCode = EXIT.noWebGPU;
}
