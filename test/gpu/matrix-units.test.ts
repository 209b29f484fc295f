import { expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import type { DeviceProfile } from '../../src/core/device-profile.ts';
import { matmul } from '../../src/operations/matmul/operation.ts';
import { trial, useSession } from '../support/gpu.ts';

const session = useSession();

const problemOn = (device: DeviceProfile, size = 128) => bind(matmul, { size }, device).variant('matrix');

for (const params of [
  {},
  { fragments: 1, subgroupsM: 4, subgroupsN: 1, stageDepth: 16 },
  { fragments: 2, subgroupsM: 1, subgroupsN: 2, stageDepth: 64 },
]) {
  test(`matmul on matrix units keeps the accuracy of f32, ${JSON.stringify(params)}`, async ({ skip }) => {
    const problem = bind(matmul, { size: 128 }, session().identity);
    const { supported } = problem.variant('matrix', params);
    if (supported !== true) skip(supported);
    const { deviation } = await trial(session(), problem, { variant: 'matrix', params });
    expect(deviation, `relative L2 ${deviation.relL2}`).toMatchObject({ ok: true });
  });
}

const UNIT = { componentType: 'f16', resultComponentType: 'f32', M: 16, N: 8, K: 16 };

test('devices without them are told why', () => {
  const { identity } = session();
  const features = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'];
  const able = { ...identity, features, subgroupMinSize: 32, subgroupMaxSize: 32, subgroupMatrices: [UNIT] };
  expect(problemOn(able).supported).toBe(true);
  expect(problemOn({ ...able, features: features.slice(0, 2) }).supported).toMatch(
    /experimental-subgroup-matrix/,
  );
  expect(problemOn({ ...able, subgroupMatrices: [] }).supported).toMatch(/no matrix units for f16/);
  expect(problemOn({ ...able, subgroupMinSize: 8 }).supported).toMatch(/subgroups of one size/);
  expect(problemOn(able, 100).supported).toMatch(/do not divide 100/);
});
