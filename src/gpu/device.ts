import { DEVICE_LIMITS, type DeviceProfile, type SubgroupMatrix } from '../core/device-profile.ts';
import { DeviceLostError, UnsupportedError } from '../core/errors.ts';

export type AdapterChoice = 'high-performance' | 'low-power' | 'fallback';

/** Who the device is: shown with every figure. */
export interface DeviceIdentity extends DeviceProfile {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

/** A device with its identity, and a promise that rejects once the device is lost. */
export interface OpenDevice {
  readonly device: GPUDevice;
  readonly identity: DeviceIdentity;
  /** Settles like `work`, or rejects with DeviceLostError as soon as the device is lost. */
  guard<T>(work: Promise<T>): Promise<T>;
  /** Whether the device is gone. */
  isLost(): boolean;
}

/** The last is Dawn's alone, behind a flag of the browser. */
const WANTED_FEATURES = [
  'timestamp-query',
  'shader-f16',
  'subgroups',
  'chromium-experimental-subgroup-matrix',
] as readonly GPUFeatureName[];

/**
 * Requests a device with every feature we know how to use and the adapter's own limits.
 * @throws UnsupportedError if there is no WebGPU or no adapter
 */
export async function openDevice(gpu: GPU | undefined, choice: AdapterChoice): Promise<OpenDevice> {
  if (gpu === undefined) throw new UnsupportedError('this browser has no WebGPU (navigator.gpu is missing)');
  const adapter = await gpu.requestAdapter(
    choice === 'fallback' ? { forceFallbackAdapter: true } : { powerPreference: choice },
  );
  if (adapter === null) throw new UnsupportedError(`WebGPU is there, but has no adapter for '${choice}'`);
  const device = await adapter.requestDevice({
    requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(DEVICE_LIMITS.map((limit) => [limit, adapter.limits[limit]])),
  });
  return watch(device, identify(device, adapter));
}

/** Wraps a device that somebody else made. */
export function watch(device: GPUDevice, identity: DeviceIdentity): OpenDevice {
  let lostBecause: DeviceLostError | undefined;
  const lost = device.lost.then((info) => {
    const { reason, message } = info;
    lostBecause = new DeviceLostError(message === '' ? reason : `${reason}: ${message}`, reason);
  });
  return {
    device,
    identity,
    isLost: () => lostBecause !== undefined,
    async guard(work) {
      const gone = lost.then(() => Promise.reject(lostBecause ?? new DeviceLostError('unknown')));
      try {
        return await Promise.race([work, gone]);
      } catch (error) {
        // Losing the device fails work in other ways a moment before `lost` settles.
        await Promise.race([lost, new Promise((resolve) => setTimeout(resolve, 50))]);
        throw lostBecause ?? error;
      } finally {
        gone.catch(() => undefined);
      }
    },
  };
}

/** Reads the identity of a device; the adapter, where known, says whether it is a fallback. */
export function identify(device: GPUDevice, adapter?: GPUAdapter): DeviceIdentity {
  const info = adapter?.info ?? device.adapterInfo;
  return {
    vendor: info.vendor,
    architecture: info.architecture,
    device: info.device,
    description: info.description,
    isFallbackAdapter: isFallback(info),
    features: [...device.features].sort(),
    limits: Object.fromEntries(
      DEVICE_LIMITS.map((limit) => [limit, device.limits[limit]]),
    ) as DeviceIdentity['limits'],
    subgroupMinSize: sizeOr(info.subgroupMinSize, 4),
    subgroupMaxSize: sizeOr(info.subgroupMaxSize, 128),
    ...matricesOf(info),
  };
}

function matricesOf(info: GPUAdapterInfo): Pick<DeviceIdentity, 'subgroupMatrices'> {
  const { subgroupMatrixConfigs = [] } = info as { subgroupMatrixConfigs?: readonly SubgroupMatrix[] };
  if (subgroupMatrixConfigs.length === 0) return {};
  // Dawn's own objects do not cross a worker.
  const plain = ({ componentType, resultComponentType, M, N, K }: SubgroupMatrix): SubgroupMatrix => ({
    ...{ componentType, resultComponentType },
    ...{ M, N, K },
  });
  return { subgroupMatrices: subgroupMatrixConfigs.map(plain) };
}

/** Old browsers leave the sizes out; then anything WebGPU permits is possible. */
const sizeOr = (size: number | undefined, fallback: number): number =>
  size === undefined || size === 0 ? fallback : size;

/** A CPU adapter that was chosen on the browser's command line does not call itself a fallback. */
function isFallback(info: GPUAdapterInfo): boolean {
  return (
    info.isFallbackAdapter ||
    /swiftshader|llvmpipe|lavapipe|warp/i.test(`${info.architecture} ${info.description}`)
  );
}
