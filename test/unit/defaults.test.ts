import { describe, expect, test } from 'vitest';
import { deviceProfile } from '../support/device-profile.ts';
import { TESTED } from '../support/operations.ts';
import { knownParams } from '../support/params.ts';

/** WebGPU's least device, a desktop GPU, one that can do everything, a CPU. */
const DEVICES = {
  least: deviceProfile(16384, 32),
  desktop: deviceProfile(32768, 32),
  able: {
    ...deviceProfile(32768, 32, ['subgroups', 'shader-f16', 'chromium-experimental-subgroup-matrix']),
    subgroupMatrices: [{ componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 }],
  },
  cpu: deviceProfile(32768, 4),
  'cpu with subgroups': deviceProfile(32768, 4, ['subgroups']),
};

for (const operation of TESTED) {
  const { quick, corners, large } = operation.corners;
  const problems = [operation.example, ...Object.values(corners).map(({ problem }) => problem), ...large];
  describe(operation.id, () => {
    for (const [name, device] of Object.entries(DEVICES)) {
      test(`${name}: where quick parameters run, default ones do`, () => {
        for (const partial of problems) {
          const problem = operation.bind(partial, device);
          for (const { id, params } of operation.variants) {
            if (problem.variant(id, knownParams(params, quick)).supported !== true) continue;
            expect(problem.variant(id).supported, `${id} ${JSON.stringify(partial)}`).toBe(true);
          }
        }
      });
    }

    test('the first variant runs all that a device has the features for', () => {
      for (const partial of problems) {
        const [first = ''] = operation.variants.map(({ id }) => id);
        expect(operation.bind(partial, DEVICES.able).variant(first).supported).toBe(true);
      }
    });

    for (const { id } of operation.variants) {
      test(`${id} runs somewhere on a device that can do everything`, () => {
        const supported = problems.map(
          (partial) => operation.bind(partial, DEVICES.able).variant(id).supported,
        );
        expect(supported).toContain(true);
      });
    }
  });
}
