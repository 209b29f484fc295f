import { writeSync } from 'node:fs';
import type * as Tools from '../../src/gpu/tools.ts';
import type * as Device from '../../src/gpu/device.ts';
import { parseArgs } from '../args.ts';
import { openDawn } from '../backends/dawn.ts';
import { sourceServer } from '../backends/lab-from-source.ts';
import { benchPlan } from '../plans.ts';
import { markOf } from './marks.ts';

// Compiles the kernels of a benchmark on Dawn, which prints what it makes of them. A process of its own, because Dawn writes
// to its standard output, past Node.
const options = parseArgs(process.argv.slice(2));
if (options === undefined) process.exit();
const gpu = openDawn({ ...options, log: () => undefined }, ['dump_shaders']);
const server = await sourceServer();
const { bindOperation, linkPass, createCompiler } = (await server.ssrLoadModule(
  '/src/gpu/tools.ts',
)) as typeof Tools;
const { openDevice } = (await server.ssrLoadModule('/src/gpu/device.ts')) as typeof Device;
const { device, identity } = await openDevice(gpu, 'high-performance');
const compile = createCompiler(device);
const seen = new Set<string>();
for (const { operation, problem, variants = [] } of benchPlan(options, {
  ...identity,
  features: [...identity.features],
}).cases) {
  const bound = bindOperation(operation, problem, identity);
  for (const id of variants) {
    const variant = bound.variant(id);
    if (variant.supported !== true) continue;
    for (const pass of variant.plan().passes) {
      const { wgsl } = await linkPass(pass);
      // Sizes are uniforms, so most problems of an operation share their kernels.
      if (seen.has(wgsl)) continue;
      seen.add(wgsl);
      const { params } = variant;
      writeSync(
        1,
        markOf({ operation, problem: bound.problem, variant: id, params, pass: pass.label, wgsl }),
      );
      await compile(pass);
    }
  }
}
process.exit();
