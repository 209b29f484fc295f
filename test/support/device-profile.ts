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
