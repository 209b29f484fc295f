import { expect, test } from 'vitest';
import { bind } from '../../src/core/bind.ts';
import type { DeviceProfile } from '../../src/core/device-profile.ts';
import { matmul } from '../../src/operations/matmul/operation.ts';
import { deviceProfile } from '../support/device-profile.ts';

const matrixOn = (device: DeviceProfile, size = 128) =>
  bind(matmul, { size }, device).variant('matrix').supported;

const UNIT = { componentType: 'f16', resultComponentType: 'f32', M: 16, N: 8, K: 16 };

test('devices without matrix units are told why', () => {
  const features = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'];
  const able = { ...deviceProfile(32768, 32, features), subgroupMatrices: [UNIT] };
  expect(matrixOn(able)).toBe(true);
  expect(matrixOn({ ...able, features: features.slice(0, 2) })).toMatch(/experimental-subgroup-matrix/);
  expect(matrixOn({ ...able, subgroupMatrices: [] })).toMatch(/no matrix units for f16/);
  expect(matrixOn({ ...able, subgroupMinSize: 8 })).toMatch(/subgroups of one size/);
  expect(matrixOn({ ...able, subgroupMinSize: 16, features: [...features, 'subgroup-size-control'] })).toBe(
    true,
  );
  expect(matrixOn(able, 100)).toMatch(/do not divide 100/);
});

test('loads of four elements are refused by reason where rows are no multiple of four', () => {
  const problem = bind(matmul, { size: 50 }, deviceProfile(32768, 4));
  expect(problem.variant('tiled', { vectorWidth: 4 }).supported).toMatch(/rows of 50/);
});
