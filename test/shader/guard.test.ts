import { describe, expect, test } from 'vitest';
import { compileModule } from '../../src/gpu/shader-module.ts';
import { attention } from '../../src/kernels/attention/operation.ts';
import { attentionProblem } from '../../src/kernels/attention/problem.ts';
import { bind } from '../../src/kernels/bind.ts';
import { OPERATIONS } from '../../src/kernels/registry.ts';
import { deviceProfile } from '../support/device-profile.ts';
import { openNullDevice } from '../support/dawn.ts';

/** A narrow one with quads, as SwiftShader, and a wide one, which stages operands between barriers. */
const DEVICES = [deviceProfile(2 ** 14, 4, ['subgroups']), deviceProfile(2 ** 15, 32)] as const;

/** Counters must not make control flow look less uniform than it is, or barriers inside would be refused. */
describe('every kernel compiles with its loops guarded', () => {
  for (const operation of OPERATIONS) {
    for (const { id } of operation.variants) {
      test(`${operation.id} ${id}`, async () => {
        const device = await openNullDevice();
        const plans = DEVICES.map((profile) => operation.bind(operation.example, profile).variant(id).plan());
        for (const pass of plans.flatMap(({ passes }) => passes)) {
          await compileModule(device, { ...pass, guarded: true });
        }
      });
    }
  }

  test('but for a loop that only a return leaves: that is said', async () => {
    const maskMod = 'var n = q; loop { if (n > kv) { return true; } n++; }';
    const problem = bind(attention, attentionProblem({ seqLenQ: 8, headDim: 4, maskMod }), DEVICES[0]);
    const passes = problem
      .variant('naive')
      .plan()
      .passes.map((pass) => ({ ...pass, guarded: true }));
    const device = await openNullDevice();
    const failure = Promise.all(passes.map((pass) => compileModule(device, pass)));
    await expect(failure).rejects.toThrow('no guard fits');
  });
});
