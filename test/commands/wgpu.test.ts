import { expect, it } from 'vitest';
import { runNode } from '../support/command.ts';

/** A corner that every operation has. The whole suite is `npm run test:wgpu` by itself. */
const SOME = ['test/gpu/buffer-types.test.ts', 'test/gpu/operations', '-t'];

it('kernels are right on wgpu, another implementation with a compiler of its own', async () => {
  const { code, out, err } = await runNode([
    ...['--import', 'tsx', 'test/wgpu.ts', ...SOME],
    'results of|primes|one of everything',
  ]);
  expect(code, out + err).toBe(0);
  expect(out).toMatch(/[1-9]\d* passed, 0 failed/);
});
