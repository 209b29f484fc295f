import type { DeviceProfile } from '../../src/core/device-profile.ts';

/** WebGPU's guaranteed limits, but for what kernels adapt to: bytes of workgroup memory, and subgroup size. */
export const deviceProfile = (
  workgroupStorage: number,
  subgroups: number,
  features: readonly string[] = [],
): DeviceProfile => ({
  features,
  limits: {
    maxBufferSize: 2 ** 28,
    maxStorageBufferBindingSize: 2 ** 27,
    maxStorageBuffersPerShaderStage: 8,
    maxComputeWorkgroupStorageSize: workgroupStorage,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupSizeX: 256,
    maxComputeWorkgroupsPerDimension: 65535,
  },
  subgroupMinSize: subgroups,
  subgroupMaxSize: subgroups,
});

/**
 * A device with matrix units, and subgroups of 32 and of 64 invocations. No shape of its units is square, so that rows and columns cannot be mixed up: see `matrixUnits` of
 * `src/tile`.
 */
export const withMatrixUnits = (workgroupStorage: number): DeviceProfile => ({
  ...deviceProfile(workgroupStorage, 32, [
    'subgroups',
    'shader-f16',
    'subgroup-size-control',
    'chromium-experimental-subgroup-matrix',
  ]),
  subgroupMaxSize: 64,
  subgroupMatrices: [
    { componentType: 'f16', resultComponentType: 'f32', M: 16, N: 8, K: 16 },
    { componentType: 'f32', resultComponentType: 'f32', M: 8, N: 16, K: 4 },
  ],
});
