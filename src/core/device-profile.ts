/** The facts about a device that `supports` of a variant may use. Plain data, which crosses the worker. */
export interface DeviceProfile {
  readonly features: readonly string[];
  readonly limits: Readonly<Record<DeviceLimit, number>>;
  /** Who made it, as `GPUAdapterInfo.vendor` has it. Empty or absent where nobody says. */
  readonly vendor?: string;
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  /** The shapes that its matrix units multiply: M × K by K × N. Absent where the device does not say. */
  readonly subgroupMatrices?: readonly SubgroupMatrix[];
}

/** An entry of Dawn's `GPUAdapterInfo.subgroupMatrixConfigs`. */
export interface SubgroupMatrix {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

export const DEVICE_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const;
export type DeviceLimit = (typeof DEVICE_LIMITS)[number];

/** Whether invocations can exchange registers. */
export const hasSubgroups = ({ features }: DeviceProfile): boolean => features.includes('subgroups');

/**
 * Which of a variant's default parameter sets fits: adapters whose subgroups are at most 8 wide (CPUs)
 * want large register tiles read straight from storage; wider ones want many invocations and workgroup tiles.
 */
export function simdClass(device: DeviceProfile): 'narrow' | 'wide' {
  return device.subgroupMaxSize <= 8 ? 'narrow' : 'wide';
}
